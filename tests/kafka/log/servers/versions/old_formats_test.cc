#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/kafka/log/servers/broker_logs.h"

namespace arkive::kafka::test {
namespace {

using rehearse::KafkaTool;

struct OldFormat {
  std::string version;  ///< of the format, as message.format.version names it
  std::int8_t magic;
};

/// Topics of each old format and codec in a broker of `version`, written by librdkafka and, for snappy's
/// other framing, by Java.
class OldFormats : public BrokerLogs, public testing::WithParamInterface<const char*> {
 protected:
  void check(const OldFormat& format, const std::string& codec) {
    const std::string topic = "of-" + format.version + "-" + codec;
    run({"create-topic", topic, "message.format.version=" + format.version, "segment.bytes=30000"});
    run({"produce", "--topic", topic, "--records", "400", "--codec", codec, "--batch-records", "9", "--keys",
         "7", "--tombstone-every", "5", "--size", "200"});
    if (codec == "snappy") {
      tool(KafkaTool::kConsoleProducer,
           {"--broker-list", kafka_->bootstrap(), "--topic", topic, "--compression-codec", "snappy"},
           "one\ntwo\n");
    }
    topics_[topic] = {format.magic, run({"read", "--topic", topic})};
    const std::size_t sent = codec == "snappy" ? 402 : 400;
    EXPECT_EQ(topics_[topic].second.size(), sent);
  }

  /// The same positions; and the same offsets, but that 1.1.1 names the first of a batch.
  static void expect_same_offset_indexes(const std::vector<SegmentFiles>& files, const ReadBack& read) {
    ASSERT_EQ(files.size(), read.indexes.size());
    for (std::size_t number = 0; number < files.size(); ++number) {
      const std::int64_t base = files[number].base_offset;
      const OffsetIndex theirs = value_of(OffsetIndex::open(files[number].indexes.offsets, base));
      const OffsetIndex ours = value_of(OffsetIndex::open(read.indexes[number].offsets, base));
      ASSERT_EQ(theirs.size(), ours.size()) << files[number].path;
      for (std::size_t at = 0; at < ours.size(); ++at) {
        EXPECT_EQ(theirs.entry(at).position, ours.entry(at).position);
        const std::int64_t offset = theirs.entry(at).offset;
        const auto indexed =
            std::find_if(read.entries.begin(), read.entries.end(),
                         [&](const LogEntry& entry) { return entry.last_offset == ours.entry(at).offset; });
        ASSERT_NE(indexed, read.entries.end());
        EXPECT_EQ(offset, std::string(GetParam()) == "1.1.1" ? indexed->first_offset : indexed->last_offset);
      }
    }
  }

  std::map<std::string, std::pair<std::int8_t, Lines>> topics_;
};

TEST_P(OldFormats, AreReadAsLibrdkafkaReadsThem) {
  rehearse::KafkaSettings settings;
  settings.version = GetParam();
  ASSERT_NO_FATAL_FAILURE(start(settings));
  for (const OldFormat& format : {OldFormat{"0.9.0", 0}, OldFormat{"0.10.0", 1}}) {
    for (const std::string codec : {"none", "gzip", "snappy", "lz4"}) check(format, codec);
  }
  check({"1.0", 2}, "lz4");
  ASSERT_TRUE(kafka_->stop());
  for (const auto& [topic, expected] : topics_) {
    const auto files = segments(topic);
    EXPECT_FALSE(files.empty());
    ReadBack read = read_back(topic, files);
    if (expected.first == 0) {
      for (Json& line : read.records) line["timestamp"] = 0;  // what librdkafka says of none
    }
    EXPECT_EQ(read.records, expected.second) << topic;
    std::int64_t next = 0;
    for (const LogEntry& entry : read.entries) {
      EXPECT_EQ(entry.magic, expected.first) << topic;
      EXPECT_EQ(entry.first_offset, next) << topic;
      EXPECT_EQ(entry.record_count, entry.last_offset - entry.first_offset + 1) << topic;
      next = entry.next_offset();
    }
    if (expected.first == 0) {
      for (const IndexFiles& indexes : read.indexes) EXPECT_EQ(indexes.times, "");
    }
    // Kafka appends what a request brings as one: a batch, a wrapper, but all messages of it where they stand
    // alone.
    if (!topic.ends_with("none")) expect_same_offset_indexes(files, read);
  }
}

INSTANTIATE_TEST_SUITE_P(Version, OldFormats, testing::Values("1.1.1", "2.8.2"), rehearse::with_underscores);

}  // namespace
}  // namespace arkive::kafka::test
