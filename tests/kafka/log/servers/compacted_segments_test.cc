#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "stores/core/retry.h"
#include "tests/kafka/log/servers/broker_logs.h"

namespace arkive::kafka::test {
namespace {

using std::chrono::milliseconds;

class CompactedSegments : public BrokerLogs {
 protected:
  /// Up to where the cleaner has been, as it writes down itself; -1: not at all.
  std::int64_t cleaned_up_to(const std::string& topic) {
    std::istringstream lines(
        file_or_nothing(kafka_->broker(1).log_directories()[0] + "/cleaner-offset-checkpoint"));
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(topic + " 0 ")) return std::stoll(line.substr(topic.size() + 3));
    }
    return -1;
  }

  void wait_until_cleaned(const std::string& topic) {
    const std::int64_t active = segments(topic).back().base_offset;
    ASSERT_GT(active, 0);
    while (cleaned_up_to(topic) < active) {
      ASSERT_FALSE(deadline_.passed()) << "cleaned up to " << cleaned_up_to(topic);
      (void)pause_for(milliseconds(20), deadline_);
    }
  }
};

TEST_F(CompactedSegments, HaveHolesEmptyBatchesAndDeleteHorizonsAndAreReadAllTheSame) {
  rehearse::KafkaSettings settings;
  settings.properties["log.cleaner.backoff.ms"] = "50";
  ASSERT_NO_FATAL_FAILURE(start(settings));
  run({"create-topic", "state", "cleanup.policy=compact", "min.cleanable.dirty.ratio=0.01",
       "segment.bytes=20000", "segment.ms=9000000000000"});
  std::map<std::int64_t, Json> sent;
  const auto produce = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"produce", "--topic", "state", "--size", "100", "--headers", "odd"});
    for (Json& line : run(words)) sent[line["offset"].get<std::int64_t>()] = line;
  };
  // The last batch of this producer loses all its records to the next one, but stays for its sequence number.
  produce({"--records", "50", "--keys", "3", "--batch-records", "5", "--codec", "lz4"});
  produce({"--records", "200", "--keys", "6", "--batch-records", "10", "--tombstone-every", "4", "--codec",
           "zstd"});
  produce({"--records", "200", "--keys", "6", "--transaction", "t", "--transaction-records", "20",
           "--abort-every", "3"});
  produce({"--records", "300", "--keys", "6", "--batch-records", "10", "--tombstone-every", "7"});
  wait_until_cleaned("state");
  ASSERT_TRUE(kafka_->stop());

  const auto files = segments("state");
  const ReadBack read = read_back("state", files);
  std::map<std::string, std::int64_t> newest;
  for (const auto& [offset, line] : sent) {
    if (line["outcome"] != "aborted") newest[line["key"].get<std::string>()] = offset;
  }
  std::set<std::int64_t> left;
  for (const Json& line : read.records) {
    const auto offset = line["offset"].get<std::int64_t>();
    left.insert(offset);
    EXPECT_EQ(without_outcome({line}), without_outcome({sent[offset]}));
  }
  for (const auto& [key, offset] : newest) EXPECT_TRUE(left.contains(offset)) << key << " at " << offset;
  EXPECT_LT(left.size(), sent.size() / 2);

  const auto count = [&](const auto& wanted) {
    return std::count_if(read.entries.begin(), read.entries.end(), wanted);
  };
  EXPECT_GT(count([](const LogEntry& entry) { return entry.record_count == 0; }), 0);
  EXPECT_GT(count([](const LogEntry& entry) { return entry.delete_horizon; }), 0);
  EXPECT_GT(count([](const LogEntry& entry) {
              return entry.record_count > 0 && entry.record_count <= entry.last_offset - entry.first_offset;
            }),
            0);
  for (std::size_t number = 1; number < read.entries.size(); ++number) {
    EXPECT_GE(read.entries[number].first_offset, read.entries[number - 1].next_offset());
  }
}

}  // namespace
}  // namespace arkive::kafka::test
