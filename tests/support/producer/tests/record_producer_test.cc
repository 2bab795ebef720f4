#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "stores/core/retry.h"
#include "tests/support/producer/tests/producer_fixture.h"

namespace arkive::producer {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const rehearse::KafkaSettings kPlain{};

TEST_F(ProducerProgram, EveryKindOfRecordInEveryCodecIsReadBackAsItWasPrinted) {
  ASSERT_NO_FATAL_FAILURE(start(kPlain));
  write_and_read_all_kinds({"none", "gzip", "snappy", "lz4", "zstd"});
}

TEST_F(ProducerProgram, TransactionsAreCommittedAbortedAndLeftOpen) {
  ASSERT_NO_FATAL_FAILURE(start(kPlain));
  end_transactions_in_all_ways();

  run({"create-topic", "hanging"});
  const std::string output = scratch_.path() + "/output";
  auto hanging = ChildProcess::start(command({"produce", "--topic", "hanging", "--records", "3",
                                              "--transaction", "hang", "--last", "open", "--stay"}),
                                     output);
  ASSERT_TRUE(hanging);
  while (read_file(output).value_or("").find("staying") == std::string::npos && !deadline_.passed()) {
    ASSERT_FALSE(hanging->poll()) << read_file(output).value_or("");
    (void)pause_for(20ms, deadline_);
  }
  EXPECT_EQ(run({"read", "--topic", "hanging"}).size(), 3U);
  EXPECT_EQ(run({"read", "--topic", "hanging", "--committed"}).size(), 0U);
  hanging->kill_now();
  EXPECT_EQ(run({"read", "--topic", "hanging", "--committed"}).size(), 0U);
  // The next producer of the same transactional id ends it.
  run({"produce", "--topic", "hanging", "--records", "1", "--transaction", "hang"});
  EXPECT_EQ(run({"read", "--topic", "hanging", "--committed"}).size(), 1U);
}

TEST_F(ProducerProgram, SameSeedSameRecordsAndAnotherSeedOthers) {
  ASSERT_NO_FATAL_FAILURE(start(kPlain));
  run({"create-topic", "seeds"});
  const auto values = [&](const std::string& seed, const std::string& first, const std::string& count) {
    std::vector<Json> all;
    for (const auto& line : run({"produce", "--topic", "seeds", "--records", count, "--value", "random",
                                 "--keys", "9", "--seed", seed, "--first-record", first})) {
      all.push_back({line["key"], line["value"], line["timestamp"]});
    }
    return all;
  };
  const auto whole = values("7", "0", "6");
  auto in_parts = values("7", "0", "4");
  for (const auto& one : values("7", "4", "2")) in_parts.push_back(one);
  EXPECT_EQ(whole, in_parts);
  EXPECT_NE(whole, values("8", "0", "6"));
}

TEST_F(ProducerProgram, TimestampsAreThoseOf1970AndOfFarAwayOrTheBrokers) {
  ASSERT_NO_FATAL_FAILURE(start(kPlain));
  run({"create-topic", "times"});
  run({"create-topic", "appended", "message.timestamp.type=LogAppendTime"});
  EXPECT_EQ(run({"produce", "--topic", "times", "--first-timestamp", "1"})[0]["timestamp"], 1);
  EXPECT_EQ(run({"produce", "--topic", "times", "--first-timestamp", "253402300799000"})[0]["timestamp"],
            253402300799000);
  const auto zero = try_run({"produce", "--topic", "times", "--first-timestamp", "0"});
  EXPECT_EQ(zero.status, 2);
  EXPECT_THAT(zero.error_output, HasSubstr("librdkafka would send the present time"));
  const auto appended = run({"produce", "--topic", "appended", "--first-timestamp", "1"});
  EXPECT_EQ(appended[0]["timestamp_type"], "append");
  EXPECT_GT(appended[0]["timestamp"], 1'700'000'000'000);
  EXPECT_EQ(run({"read", "--topic", "appended"}), appended);
}

TEST_F(ProducerProgram, TopicsAreMadeChangedCutAndDeletedAndLargeRecordsFitIn) {
  ASSERT_NO_FATAL_FAILURE(start(kPlain));
  run({"create-topic", "orders", "--partitions", "2", "retention.ms=600000000000"});
  EXPECT_EQ(try_run({"create-topic", "orders"}).status, 1);
  run({"configure-topic", "orders", "max.message.bytes=2000000"});
  run({"add-partitions", "orders", "3"});
  const auto described = tool(rehearse::KafkaTool::kTopics, {"--describe", "--topic", "orders"});
  EXPECT_THAT(described, HasSubstr("PartitionCount: 3"));
  EXPECT_THAT(described, HasSubstr("retention.ms=600000000000"));
  EXPECT_THAT(described, HasSubstr("max.message.bytes=2000000"));

  const auto large = run({"produce", "--topic", "orders", "--partition", "2", "--size", "921600", "--value",
                          "random", "--records", "2", "--batch-records", "1"});
  EXPECT_EQ(run({"read", "--topic", "orders"}), large);
  run({"delete-records", "orders/2=1"});
  EXPECT_EQ(run({"read", "--topic", "orders"}), Lines{large[1]});
  run({"delete-topic", "orders"});
  const auto gone = try_run({"delete-topic", "orders"});
  EXPECT_EQ(gone.status, 1);
  EXPECT_THAT(gone.error_output, HasSubstr("orders"));
}

TEST_F(ProducerProgram, GroupsCommitOffsetsWithMetadata) {
  ASSERT_NO_FATAL_FAILURE(start(kPlain));
  run({"create-topic", "orders", "--partitions", "2"});
  run({"produce", "--topic", "orders", "--records", "10", "--partitions", "2"});
  const auto consumed = run(
      {"consume", "--topic", "orders", "--group", "readers", "--records", "10", "--metadata", "where I was"});
  ASSERT_EQ(consumed.size(), 12U);
  const Json first = {{"group", "readers"},
                      {"topic", "orders"},
                      {"partition", 0},
                      {"offset", 5},
                      {"metadata", "where I was"}};
  EXPECT_EQ(consumed[10], first);
  run({"commit", "--group", "others", "--metadata", "here", "orders/1=3"});
  EXPECT_THAT(tool(rehearse::KafkaTool::kConsumerGroups, {"--describe", "--group", "others"}),
              testing::ContainsRegex("orders +1 +3 +5 +2"));
  std::set<std::string> groups;
  for (const auto& group : run({"groups"})) groups.insert(group["group"].get<std::string>());
  EXPECT_THAT(groups, testing::IsSupersetOf({"others", "readers"}));
}

TEST_F(ProducerProgram, CompactedTopicKeepsTheLastOfEachKeyAndItsTombstones) {
  rehearse::KafkaSettings settings;
  settings.properties["log.cleaner.backoff.ms"] = "100";
  ASSERT_NO_FATAL_FAILURE(start(settings));
  run({"create-topic", "states", "cleanup.policy=compact", "segment.bytes=2048",
       "min.cleanable.dirty.ratio=0.01"});
  const auto written = run({"produce", "--topic", "states", "--records", "100", "--keys", "5",
                            "--tombstone-every", "7", "--batch-records", "1"});
  std::map<std::string, Json> last;
  for (const auto& line : written) last[line["key"]] = line;
  Lines left = run({"read", "--topic", "states"});
  while (left.size() > 40 && !deadline_.passed()) left = run({"read", "--topic", "states"});
  EXPECT_LE(left.size(), 40U);
  for (const auto& [key, line] : last) EXPECT_THAT(left, testing::Contains(line)) << key;
}

}  // namespace
}  // namespace arkive::producer
