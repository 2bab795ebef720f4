// Test 16 of docs/reliability.md for archives: whatever a cluster calls its topics, groups and itself,
// nothing is written outside the store, no two topics share a place, and what was archived is found by its
// name.
#include "kafka/archive/verify.h"
#include "stores/repository.h"
#include "tests/kafka/archive/archive_fixture.h"
#include "tests/support/evil_names.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::evil_names;
using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

/// Beyond those of every layout: what only a topic, a group or a key can be called.
std::vector<std::string> names() {
  std::vector<std::string> all = evil_names();
  for (const char* more : {"", ".", "..", "/", "a/b", "/etc/passwd", "../../outside", "a/../../outside",
                           "a//b", "orders@none/0/g0", "orders@none", "@", "orders~", "a/."}) {
    all.emplace_back(more);
  }
  all.emplace_back("a\0b", 3);
  all.emplace_back(249, 'k');
  all.emplace_back(250, 'k');
  all.push_back(std::string(248, 'k') + "l");
  return all;
}

/// As Kafka's own check has it (Topic.validate;
/// clients/src/main/java/org/apache/kafka/common/internals/Topic.java).
bool kafka_allows(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.size() <= 249 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
             std::string::npos;
}

class Names : public ScriptedArchive {
 protected:
  std::vector<std::string> beside_the_store() {
    std::vector<std::string> all;
    for (const std::string& name : value_of(list_directory(scratch()))) {
      if (name != "store") all.push_back(name);
    }
    return all;
  }
  std::vector<Finding> findings(const std::string& cluster = "main") {
    return value_of(verify_archive(*store_, cluster, "", {})).findings;
  }
};

TEST_F(Names, OfTopicsAreKeptOneToOneAndThoseThatKafkaRefusesAreNamed) {
  for (const bool with_ids : {true, false}) {
    SCOPED_TRACE(with_ids ? "with topic ids" : "without topic ids");
    cluster_.topics.clear();
    request_.cluster = with_ids ? "main" : "old";
    std::map<std::string, std::string> wanted;
    char id = 1;
    for (const std::string& name : names()) {
      cluster_.make(name, 1, with_ids ? id++ : '\0').partitions[0].append(2, {}, 30 + wanted.size());
      if (kafka_allows(name)) wanted[name + "/0/0"] = cluster_.at(name).bytes();
    }
    ASSERT_GT(wanted.size(), 20U);
    const ArchiveReport report = value_of(try_run());
    EXPECT_THAT(beside_the_store(), IsEmpty());
    EXPECT_EQ(report.manifest.missing_count, cluster_.topics.size() - wanted.size());
    for (const auto& [name, topic] : cluster_.topics) {
      if (kafka_allows(name)) continue;
      EXPECT_THAT(report.manifest.missing,
                  Contains(AllOf(Field(&Missing::object, "topic " + printable(name)),
                                 Field(&Missing::cause, HasSubstr("no name that Kafka allows")))))
          << printable(name);
    }
    const ArchiveIndex index = value_of(read_index(*store_, report.manifest, Deadline::never()));
    std::map<std::string, std::string> got;
    for (const ArchiveIndex::Topic& entry : index.topics) {
      const ArchivedTopic topic = value_of(read_topic(*store_, entry, Deadline::never()));
      for (const ArchivedSegment& segment : topic.partitions.at(0).segments) {
        got[topic.name + "/0/0"] += value_of(store_->get(
            segment_key(request_.cluster, topic, 0, segment, SegmentFile::kLog), 0, 0, Deadline::never()));
      }
    }
    EXPECT_EQ(got.size(), wanted.size());
    for (const auto& [name, bytes] : wanted) EXPECT_TRUE(same(bytes, got[name])) << name;
    EXPECT_THAT(findings(request_.cluster), IsEmpty());
    const ArchiveReport again = value_of(try_run());
    EXPECT_EQ(again.partitions_changed, 0U);
  }
}

TEST_F(Names, OfPlacesInTheStoreAreFileNamesOfNoMoreThan255Bytes) {
  ArchivedTopic topic;
  topic.id.bytes.fill(7);
  std::set<std::string> keys;
  for (const std::string& name : {std::string(249, 'k'), std::string(248, 'k') + "l", std::string(232, 'k'),
                                  std::string(233, 'k'), std::string(200, 'k'), std::string(201, 'k')}) {
    topic.name = name;
    const std::string key = segment_key(std::string(100, 'c'), topic, 2'147'483'647,
                                        segment_at(2'147'483'647, 9'223'372'036'854'775'807, 2'147'483'647),
                                        SegmentFile::kTransactionIndex);
    EXPECT_TRUE(succeeded(check_key(key)));
    EXPECT_TRUE(keys.insert(key).second) << key;
    for (std::size_t begin = 0; begin < key.size();) {
      const std::size_t end = std::min(key.find('/', begin), key.size());
      EXPECT_LE(end - begin, 255U) << key;
      begin = end + 1;
    }
  }
}

TEST_F(Names, OfSegmentsAreReadBackFromTheirKeys) {
  ArchivedTopic topic;
  topic.name = "orders";
  for (const int merge : {0, 1, 12}) {
    const std::string key =
        segment_key("main", topic, 3, segment_at(2, 4711, merge), SegmentFile::kTransactionIndex);
    const auto parsed = parse_segment_key("main", key);
    ASSERT_TRUE(parsed) << key;
    EXPECT_EQ(parsed->file, SegmentFile::kTransactionIndex);
    EXPECT_EQ(std::string(parsed->stem) + ".txnindex", key);
  }
  const std::string rest = "/00000000000000000000.log";
  for (const char* const other : {"g", "0", "g.m1", "g0.m", "g0.1", "g0.m1.m2", "g0m1", "g0.mx", "gx.m1"})
    EXPECT_FALSE(parse_segment_key("main", "topics/main/orders@none/0/" + (other + rest))) << other;
}

TEST_F(Names, OfGroupsAndTheirMetadataComeBackOrAreNamed) {
  cluster_.make("orders").partitions[0].append(5);
  std::size_t no_text = 0;
  for (const std::string& name : names()) {
    cluster_.groups.push_back({name, "Empty", "consumer", 0, 1, {{{"orders", 0}, 3, 0, name + "!"}}, ""});
    no_text += is_utf8(name) ? 0 : 1;
  }
  const ArchiveReport report = run();
  EXPECT_EQ(report.manifest.missing_count, no_text);
  for (const Missing& missing : report.manifest.missing) EXPECT_THAT(missing.cause, HasSubstr("UTF-8"));
  const ArchiveIndex index = value_of(read_index(*store_, report.manifest, Deadline::never()));
  ASSERT_EQ(index.groups.size(), cluster_.groups.size());
  for (std::size_t i = 0; i < index.groups.size(); ++i) {
    if (!is_utf8(cluster_.groups[i].name)) continue;
    EXPECT_EQ(index.groups[i].name, cluster_.groups[i].name);
    EXPECT_EQ(index.groups[i].offsets.at(0).metadata, cluster_.groups[i].offsets[0].metadata);
  }
  EXPECT_THAT(beside_the_store(), IsEmpty());
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(Names, OfClustersThatAreNoNamesAreRefusedBeforeAnythingIsWritten) {
  cluster_.make("orders").partitions[0].append(5);
  std::size_t refused = 0;
  for (const std::string& name : names()) {
    if (check_cluster_name(name)) continue;
    ++refused;
    request_.cluster = name;
    EXPECT_TRUE(failed_with(Outcome::kUsage, try_run())) << printable(name);
  }
  EXPECT_GT(refused, 60U);
  EXPECT_THAT(beside_the_store(), IsEmpty());
  EXPECT_THAT(value_of(list_directory(scratch("store"))), IsEmpty());
}

}  // namespace
}  // namespace arkive::kafka::test
