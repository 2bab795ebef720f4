#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/kafka/log/servers/broker_logs.h"

namespace arkive::kafka::test {
namespace {

using rehearse::KafkaTool;
using testing::HasSubstr;
using testing::Not;

/// kafka-dump-log's lines "baseOffset: 0 lastOffset: 4 count: 5 ..." as words and their values.
std::vector<std::map<std::string, std::string>> batches_of_dump(const std::string& output) {
  std::vector<std::map<std::string, std::string>> batches;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("baseOffset: ")) continue;
    std::istringstream words(line);
    std::map<std::string, std::string> batch;
    for (std::string name, value; words >> name >> value;) batch[name.substr(0, name.size() - 1)] = value;
    batches.push_back(std::move(batch));
  }
  return batches;
}

class BrokerSegments : public BrokerLogs {
 protected:
  /// All in one start of the broker: each start takes seconds.
  void produce_all() {
    for (const std::string codec : {"none", "gzip", "snappy", "lz4", "zstd"}) {
      run({"create-topic", codec, "segment.bytes=100000"});
      sent_[codec] = without_outcome(run({"produce", "--topic", codec, "--records", "1500", "--codec", codec,
                                          "--batch-records", "7", "--keys", "20", "--tombstone-every", "9",
                                          "--headers", "odd", "--size", "150", "--timestamp-step", "-1000"}));
    }
    run({"create-topic", "appended", "message.timestamp.type=LogAppendTime"});
    run({"produce", "--topic", "appended", "--records", "50", "--batch-records", "5", "--codec", "zstd"});
    appended_ = run({"read", "--topic", "appended"});
    // Timestamps 29 days apart within one batch: their deltas need more than 32 bits.
    run({"create-topic", "apart"});
    sent_["apart"] = without_outcome(run({"produce", "--topic", "apart", "--records", "40", "--batch-records",
                                          "20", "--first-timestamp", "1", "--timestamp-step", "2505600000"}));
    // Markers are of today, the records of 2023: by default each marker would begin a segment.
    run({"create-topic", "payments", "segment.bytes=20000", "segment.ms=9000000000000"});
    for (const std::string last : {"commit", "open"}) {
      const auto lines = run({"produce", "--topic", "payments", "--records", "300", "--transaction",
                              "t-" + last, "--transaction-records", "10", "--abort-every", "3", "--last",
                              last, "--transaction-timeout", "10m"});
      payments_.insert(payments_.end(), lines.begin(), lines.end());
    }
    run({"create-topic", "java"});
    tool(KafkaTool::kConsoleProducer, {"--topic", "java", "--compression-codec", "snappy"},
         "one\ntwo\n" + std::string(100'000, 'x') + "\n");
  }

  /// That kafka-dump-log tells the same of every batch, and finds nothing wrong with the indexes we make.
  void expect_dump_log_agrees(const std::vector<SegmentFiles>& files, const ReadBack& read) {
    std::string logs;
    std::string indexes;
    for (std::size_t number = 0; number < files.size(); ++number) {
      const std::string name = files[number].path.substr(files[number].path.rfind('/') + 1, 20);
      const std::string copy = scratch_.path() + "/" + name;
      ASSERT_TRUE(succeeded(write_file_durably(copy + ".log", files[number].log, IfExists::kConflict)));
      ASSERT_TRUE(
          succeeded(write_file_durably(copy + ".index", read.indexes[number].offsets, IfExists::kConflict)));
      ASSERT_TRUE(succeeded(
          write_file_durably(copy + ".timeindex", read.indexes[number].times, IfExists::kConflict)));
      logs += (logs.empty() ? "" : ",") + copy + ".log";
      indexes += (indexes.empty() ? "" : ",") + copy + ".index," + copy + ".timeindex";
    }
    const auto batches = batches_of_dump(tool(KafkaTool::kDumpLog, {"--files", logs}));
    ASSERT_EQ(batches.size(), read.entries.size());
    for (std::size_t number = 0; number < batches.size(); ++number) {
      const LogEntry& entry = read.entries[number];
      const auto& batch = batches[number];
      EXPECT_EQ(batch.at("baseOffset"), std::to_string(entry.first_offset));
      EXPECT_EQ(batch.at("lastOffset"), std::to_string(entry.last_offset));
      EXPECT_EQ(batch.at("count"), std::to_string(entry.record_count));
      EXPECT_EQ(batch.at("baseSequence"), std::to_string(entry.base_sequence));
      EXPECT_EQ(batch.at("producerId"), std::to_string(entry.producer_id));
      EXPECT_EQ(batch.at("producerEpoch"), std::to_string(entry.producer_epoch));
      EXPECT_EQ(batch.at("partitionLeaderEpoch"), std::to_string(entry.leader_epoch));
      EXPECT_EQ(batch.at("isTransactional"), entry.transactional ? "true" : "false");
      EXPECT_EQ(batch.at("isControl"), entry.control ? "true" : "false");
      EXPECT_EQ(batch.at("CreateTime"), std::to_string(entry.max_timestamp));
      EXPECT_EQ(batch.at("crc"), std::to_string(entry.crc));
      EXPECT_EQ(batch.at("isvalid"), "true");
    }
    const std::string checked = tool(KafkaTool::kDumpLog, {"--files", indexes, "--verify-index-only"});
    EXPECT_THAT(checked, Not(HasSubstr("ismatch")));
    EXPECT_THAT(checked, Not(HasSubstr("orrupt")));
    EXPECT_THAT(checked, Not(HasSubstr("out of order")));
  }

  std::map<std::string, Lines> sent_;
  Lines appended_;
  Lines payments_;
};

TEST_F(BrokerSegments, AreReadAsTheyWereProducedAndTheirIndexesAreOurs) {
  ASSERT_NO_FATAL_FAILURE(start({}));
  produce_all();
  ASSERT_TRUE(kafka_->stop());  // closes the last segments: their indexes are cut to size

  for (const auto& [topic, sent] : sent_) {
    const auto files = segments(topic);
    const ReadBack read = read_back(topic, files);
    EXPECT_EQ(read.records, sent) << topic;
    expect_same_indexes(files, read);
    if (topic == "none") {
      EXPECT_GT(files.size(), 2U);
      EXPECT_GT(files[0].indexes.offsets.size(), 80U);
      EXPECT_FALSE(files[0].indexes.times.empty());
    }
    for (const LogEntry& entry : read.entries) {
      EXPECT_EQ(codec_name(entry.codec), topic == "apart" ? "none" : topic);
    }
  }
  const ReadBack appended = read_back("appended", segments("appended"));
  EXPECT_EQ(appended.records, appended_);
  EXPECT_EQ(appended.records.at(0)["timestamp_type"], "append");
  expect_same_indexes(segments("appended"), appended);

  const ReadBack java = read_back("java", segments("java"));
  ASSERT_EQ(java.records.size(), 3U);
  EXPECT_EQ(java.records[1]["value"], "two");
  EXPECT_EQ(java.records[2]["value"].get<std::string>(), std::string(100'000, 'x'));
  EXPECT_EQ(java.entries.at(0).codec, Codec::kSnappy);
  EXPECT_THAT(segments("java").at(0).log, HasSubstr("\x82SNAPPY"));

  const auto payment_files = segments("payments");
  const ReadBack payments = read_back("payments", payment_files);
  EXPECT_EQ(payments.records, payments_);
  expect_same_indexes(payment_files, payments);
  EXPECT_GT(payment_files.size(), 2U);
  EXPECT_FALSE(payment_files[0].indexes.transactions.empty());
  EXPECT_EQ(payments.markers.size(), 59U);  // 60 transactions, one of which is open
  EXPECT_EQ(
      std::count_if(payments.markers.begin(), payments.markers.end(),
                    [](const ControlMarker& marker) { return marker.kind == ControlMarker::Kind::kAbort; }),
      19);  // the thirtieth of the second producer would be, but is left open
  expect_dump_log_agrees(payment_files, payments);
}

}  // namespace
}  // namespace arkive::kafka::test
