#include "tools/configuration/configuration.h"

#include <gtest/gtest.h>

#include "stores/core/files.h"
#include "tools/configuration/schema.h"

namespace arkive::tools {
namespace {

using std::chrono::seconds;

// The error of a file that cannot be read; its place and cause, without "read 'x.yaml': ".
std::string error_of(const std::string& text) {
  const auto read = parse_configuration(text, "x.yaml");
  if (read) return "no error";
  EXPECT_EQ(read.error().outcome, Outcome::kUsage);
  const std::string begin = "read 'x.yaml': ";
  EXPECT_TRUE(read.error().what.starts_with(begin)) << read.error().what;
  return read.error().what.substr(begin.size());
}
std::string hint_of(const std::string& text) {
  const auto read = parse_configuration(text, "x.yaml");
  return read ? "no error" : read.error().hint;
}

// A cluster with one more line, indented as a section of it.
std::string with(const std::string& more) {
  return "clusters:\n  prod:\n    to: /s\n    kafka:\n      bootstrap: k:9092\n" + more;
}

TEST(Configuration, LeavesDefaultsWhereNothingIsSaid) {
  const auto read = parse_configuration(with(""), "x.yaml");
  ASSERT_TRUE(read) << read.error().what;
  ASSERT_EQ(read->clusters.size(), 1U);
  const ClusterConfiguration& cluster = read->clusters.front();
  EXPECT_EQ(cluster.name, "prod");
  EXPECT_EQ(cluster.to, "/s");
  EXPECT_EQ(cluster.kafka.bootstrap, "k:9092");
  EXPECT_FALSE(cluster.zookeeper.given);
  EXPECT_EQ(cluster.topics.segment_size, std::uint64_t{1} << 30);
  EXPECT_EQ(cluster.topics.compress, "none");
}

TEST(Configuration, TakesEveryKeyOfSeveralClusters) {
  const auto read = parse_configuration(R"(
clusters:
  prod:
    to: /backup/store
    zookeeper: {connect: "zk1:2181,zk2:2181/kafka", auth_file: /a, session_timeout: 10s, timeout: 2m, connections: 8, passes: 9}
    kafka: {bootstrap: "k1:9092", client_properties: /p, timeout: 5s, reader: librdkafka}
    tree:
      to: [git:/backup/prod.git, git:/backup/other.git]
      exclude: /app/**
    topics:
      include: [orders, "pay*"]
      exclude: [secret]
      segment_size: 64MiB
      compress: zstd
      limit_rate: 10MiB
      transaction_wait: 1s
      workers: 3
    retention: {keep: 1, keep_within: 2d, keep_daily: 3, keep_weekly: 4, keep_monthly: 5, keep_yearly: 6, extend: yes}
  kraft:
    to: /backup/store
    kafka:
      bootstrap: k2:9092
)",
                                        "x.yaml");
  ASSERT_TRUE(read) << read.error().what;
  ASSERT_EQ(read->clusters.size(), 2U);
  const ClusterConfiguration& cluster = read->clusters.front();
  EXPECT_TRUE(cluster.zookeeper.given);
  EXPECT_EQ(cluster.zookeeper.connect, "zk1:2181,zk2:2181/kafka");
  EXPECT_EQ(cluster.zookeeper.auth_file, "/a");
  EXPECT_EQ(cluster.zookeeper.session_timeout, seconds(10));
  EXPECT_EQ(cluster.zookeeper.timeout, seconds(120));
  EXPECT_EQ(cluster.zookeeper.connections, 8U);
  EXPECT_EQ(cluster.zookeeper.passes, 9U);
  EXPECT_EQ(cluster.kafka.client_properties, "/p");
  EXPECT_EQ(cluster.kafka.timeout, seconds(5));
  EXPECT_EQ(cluster.kafka.reader, "librdkafka");
  EXPECT_EQ(cluster.tree.to, (std::vector<std::string>{"git:/backup/prod.git", "git:/backup/other.git"}));
  EXPECT_EQ(cluster.tree.exclude, std::vector<std::string>{"/app/**"});
  EXPECT_EQ(cluster.topics.include, (std::vector<std::string>{"orders", "pay*"}));
  EXPECT_EQ(cluster.topics.exclude, std::vector<std::string>{"secret"});
  EXPECT_EQ(cluster.topics.segment_size, std::uint64_t{64} << 20);
  EXPECT_EQ(cluster.topics.compress, "zstd");
  EXPECT_EQ(cluster.topics.limit_rate, std::uint64_t{10} << 20);
  EXPECT_EQ(cluster.topics.transaction_wait, seconds(1));
  EXPECT_EQ(cluster.topics.workers, 3U);
  EXPECT_TRUE(cluster.retention.given);
  EXPECT_EQ(cluster.retention.rules.last, 1U);
  EXPECT_EQ(cluster.retention.rules.within, std::chrono::hours(48));
  EXPECT_EQ(cluster.retention.rules.daily, 3U);
  EXPECT_EQ(cluster.retention.rules.weekly, 4U);
  EXPECT_EQ(cluster.retention.rules.monthly, 5U);
  EXPECT_EQ(cluster.retention.rules.yearly, 6U);
  EXPECT_EQ(cluster.retention.extend, "yes");
  EXPECT_EQ(read->clusters[1].name, "kraft");
  EXPECT_FALSE(read->clusters[1].zookeeper.given);
  EXPECT_FALSE(read->clusters[1].retention.given);
}

TEST(Configuration, RefusesARetentionThatWouldKeepNothing) {
  const std::string nothing =
      "line 6, column 5: section 'retention' of cluster 'prod' has no rule that keeps a run";
  EXPECT_EQ(error_of(with("    retention: {}\n")), nothing);
  EXPECT_EQ(error_of(with("    retention: {extend: no}\n")), nothing);
  EXPECT_EQ(error_of(with("    retention: {extend: yes}\n")), "no error");
  EXPECT_EQ(error_of(with("    retention:\n      keep_within: 0s\n")), nothing);
  EXPECT_EQ(error_of(with("    retention:\n      keep: 0\n")),
            "line 7, column 13: the value of 'retention.keep' is '0', not a whole number from 1 to 1000000");
}

TEST(Configuration, NamesAnUnknownKeyWithItsPlaceAndTheNearestKnownOne) {
  EXPECT_EQ(error_of("cluster:\n  prod: {}\n"), "line 1, column 1: no key 'cluster' in the file");
  EXPECT_TRUE(hint_of("cluster:\n  prod: {}\n").starts_with("did you mean clusters?"));
  const std::string section = with("    zookeper:\n      connect: z:2181\n");
  EXPECT_EQ(error_of(section), "line 6, column 5: no key 'zookeper' in cluster 'prod'");
  EXPECT_TRUE(hint_of(section).starts_with("did you mean zookeeper?"));
  const std::string key = with("    topics:\n      segment-size: 1GiB\n");
  EXPECT_EQ(error_of(key), "line 7, column 7: no key 'segment-size' in section 'topics' of cluster 'prod'");
  EXPECT_TRUE(hint_of(key).starts_with("did you mean segment_size?"));
  EXPECT_EQ(hint_of(with("    topics:\n      qwertzuiop: 1\n")), "docs/configuration.md lists every key");
}

TEST(Configuration, NamesAKeyThatStandsTwiceAtEveryDepth) {
  EXPECT_EQ(error_of("clusters:\n  a: {to: /s}\nclusters:\n  b: {to: /s}\n"),
            "line 3, column 1: key 'clusters' stands twice in the file, first in line 1");
  EXPECT_EQ(error_of(with("  prod:\n    to: /t\n")),
            "line 6, column 3: key 'prod' stands twice in clusters, first in line 2");
  EXPECT_EQ(error_of(with("    to: /t\n")),
            "line 6, column 5: key 'to' stands twice in cluster 'prod', first in line 3");
  EXPECT_EQ(
      error_of(with("      timeout: 1s\n      timeout: 2s\n")),
      "line 7, column 7: key 'timeout' stands twice in section 'kafka' of cluster 'prod', first in line 6");
}

TEST(Configuration, NamesWhatIsMissing) {
  EXPECT_EQ(error_of(""), "it is empty");
  EXPECT_EQ(error_of("# nothing\n"), "it is empty");
  EXPECT_EQ(error_of("{}\n"), "key 'clusters' is missing");
  EXPECT_EQ(error_of("clusters: {}\n"), "line 1, column 11: clusters names no cluster");
  EXPECT_EQ(error_of("clusters:\n  prod:\n    kafka: {bootstrap: k}\n"),
            "line 2, column 3: cluster 'prod' has no key 'to'");
  EXPECT_EQ(error_of("clusters:\n  prod:\n    to: /s\n"),
            "line 2, column 3: cluster 'prod' has no section 'kafka'");
  EXPECT_EQ(error_of("clusters:\n  prod:\n    to: /s\n    kafka:\n      timeout: 1s\n"),
            "line 4, column 5: section 'kafka' of cluster 'prod' has no key 'bootstrap'");
}

TEST(Configuration, NamesAValueOfTheWrongType) {
  EXPECT_EQ(error_of("clusters: [prod]\n"), "line 1, column 11: clusters is a list, not keys with values");
  EXPECT_EQ(error_of("clusters:\n"), "line 1, column 1: clusters is nothing, not keys with values");
  EXPECT_EQ(error_of("clusters:\n  prod: text\n"),
            "line 2, column 9: cluster 'prod' is a text, not keys with values");
  EXPECT_EQ(error_of(with("    zookeeper:\n      connect: [a, b]\n")),
            "line 7, column 16: the value of 'zookeeper.connect' is a list, not a text");
  EXPECT_EQ(error_of(with("    tree:\n      to:\n")),
            "line 7, column 7: the value of 'tree.to' is nothing, not a text or a list of texts");
  EXPECT_EQ(error_of(with("    tree:\n      to: [git:/a, {b: c}]\n")),
            "line 7, column 20: the value of 'tree.to' is a map, not a text or a list of texts");
  EXPECT_EQ(error_of(with("    ? [a]\n    : b\n")),
            "line 6, column 7: a key of cluster 'prod' is a list, not a text");
}

TEST(Configuration, NamesAUnitThatIsNone) {
  EXPECT_EQ(error_of(with("      timeout: 10\n")),
            "line 6, column 16: the value of 'kafka.timeout' is '10', not a duration such as 30s or 5m");
  EXPECT_EQ(error_of(with("    topics:\n      segment_size: big\n")),
            "line 7, column 21: the value of 'topics.segment_size' is 'big', not a size such as 64MiB of at "
            "most 2147483647 bytes");
  EXPECT_EQ(error_of(with("    topics:\n      segment_size: 4GiB\n")),
            "line 7, column 21: the value of 'topics.segment_size' is '4GiB', not a size such as 64MiB of at "
            "most 2147483647 bytes");
  EXPECT_EQ(error_of(with("    topics:\n      workers: -1\n")),
            "line 7, column 16: the value of 'topics.workers' is '-1', not a whole number from 1 to 64");
  EXPECT_EQ(error_of(with("    topics:\n      compress: gzip\n")),
            "line 7, column 17: the value of 'topics.compress' is 'gzip', not none or zstd");
}

TEST(Configuration, RefusesWhatIsNoYaml) {
  EXPECT_TRUE(error_of("clusters:\n  prod: [\n").starts_with("line 3, column 1: no YAML: "));
  EXPECT_TRUE(error_of("clusters:\n\tprod: 1\n").starts_with("line 2, column 6: no YAML: "));
  EXPECT_EQ(error_of("clusters: {}\n---\nclusters: {}\n"), "line 3, column 1: a second document begins");
}

TEST(Configuration, RefusesAClusterThatNoStoreCouldKeep) {
  EXPECT_TRUE(error_of("clusters:\n  ../up:\n    to: /s\n")
                  .starts_with("line 2, column 3: use cluster name '../up'"));
}

TEST(Configuration, SaysNoValueOfAKeyItDoesNotKnow) {
  const auto read = parse_configuration(with("    kafka_password: wonderland\n"), "x.yaml");
  ASSERT_FALSE(read);
  EXPECT_EQ((read.error().what + read.error().hint).find("wonderland"), std::string::npos);
}

TEST(Configuration, ChoosesOneClusterOrAll) {
  const auto read = parse_configuration(with("  test:\n    to: /s\n    kafka: {bootstrap: k}\n"), "x.yaml");
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(choose_clusters(*read, "", "x.yaml")->size(), 2U);
  EXPECT_EQ(choose_clusters(*read, "test", "x.yaml")->front().name, "test");
  const auto none = choose_clusters(*read, "tst", "x.yaml");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().hint, "it has: prod, test");
}

// Between the two marks of docs/configuration.md.
std::string part_of_page(const std::string& page, const std::string& begin, const std::string& end) {
  const std::size_t from = page.find(begin);
  const std::size_t to = page.find(end, from + begin.size());
  if (from == std::string::npos || to == std::string::npos) return "no " + begin;
  return page.substr(from + begin.size(), to - from - begin.size());
}

TEST(ConfigurationPage, HasTheTablesOfTheSchema) {
  const auto page = read_file(std::string(ARKIVE_SOURCE_DIR) + "/docs/configuration.md");
  ASSERT_TRUE(page) << page.error().what;
  EXPECT_EQ(part_of_page(*page, "<!-- schema -->\n\n", "<!-- end of schema -->"), schema_markdown());
}

TEST(ConfigurationPage, HasAnExampleThatIsRead) {
  const auto page = read_file(std::string(ARKIVE_SOURCE_DIR) + "/docs/configuration.md");
  ASSERT_TRUE(page) << page.error().what;
  const auto read = parse_configuration(part_of_page(*page, "```yaml\n", "```"), "the example");
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->clusters.size(), 2U);
}

}  // namespace
}  // namespace arkive::tools
