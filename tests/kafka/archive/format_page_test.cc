// The examples of docs/format-archive.md are what the code writes and reads.
#include <nlohmann/json.hpp>

#include "kafka/archive/segment_bytes.h"
#include "stores/core/files.h"
#include "tests/kafka/archive/archive_fixture.h"
#include "tests/kafka/log/encoder/log_encoder.h"
#include "tests/support/page_block.h"

namespace arkive::kafka::test {
namespace {

std::string example_segment() {
  BatchOptions options;
  options.leader_epoch = 3;
  return encode_batch(options,
                      {{0, 1795217400000, "k1", "first", {}}, {1, 1795217400007, std::nullopt, "", {}}});
}

ArchivedTopic example_topic() {
  ArchivedTopic topic;
  topic.name = "orders";
  topic.id = value_of(TopicId::from_text("kBjE2EKdQfKjHbdcHDVvuA"));
  topic.configs = {{"retention.ms", "-1", "DYNAMIC_TOPIC_CONFIG", false}};
  ArchivedPartition partition;
  partition.replicas = {1, 2, 3};
  partition.leader_epoch = 3;
  partition.high_watermark = partition.last_stable_offset = partition.next_offset = 2;
  partition.epochs = {{3, 0}};
  ArchivedSegment segment;
  segment.next_offset = 2;
  segment.bytes = example_segment().size();
  segment.batches = 1;
  segment.records = 2;
  segment.least_base_timestamp = 1795217400000;
  segment.max_timestamp = 1795217400007;
  segment.sha256 = hex(sha256(example_segment()));
  partition.segments = {segment};
  topic.partitions = {partition};
  return topic;
}

ArchiveIndex example_index() {
  ArchiveIndex index;
  index.cluster = {"TTQsM-xMRVSd4-ASz79zRQ", 1, {{1, "kafka1", 9092, "rack-a"}}};
  index.source = "wire";
  index.cut_began = 1795217403100;
  index.cut_ended = 1795217403102;
  GroupFacts group;
  group.name = "billing";
  group.state = "Empty";
  group.protocol = "consumer";
  group.coordinator = 1;
  group.offsets = {{{"orders", 0}, 1, 3, "half way"}};
  index.groups = {group};
  const ArchivedTopic topic = example_topic();
  index.topics = {
      {topic.name, topic.id, hex(sha256(topic.to_json())), 1795217403100, 1, topic.bytes(), 1795217403100}};
  return index;
}

std::string as_hex_lines(Bytes bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 16) text += to_hex(bytes.substr(at, 16)) + "\n";
  return text;
}

std::string example(const std::string& name) {
  return arkive::test::page_block(std::string(ARKIVE_SOURCE_DIR) + "/docs/format-archive.md",
                                  "<!-- example: " + name + " -->");
}

TEST(FormatArchivePage, ShowsASegmentAsItIs) {
  const std::string block = example("segment");
  const std::string lines = as_hex_lines(example_segment());
  EXPECT_EQ(block.substr(block.find('\n') + 1), lines) << lines;
}

std::string from_hex(std::string_view text) {
  std::string bytes;
  std::string digits;
  for (const char c : text) {
    if (c == '\n') continue;
    digits += c;
    if (digits.size() < 2) continue;
    bytes.push_back(static_cast<char>(std::stoi(digits, nullptr, 16)));
    digits.clear();
  }
  return bytes;
}

class CompressedExample : public arkive::test::ScratchTest {};

TEST_F(CompressedExample, IsTheSegmentForItsReaders) {
  const std::string block = example("compressed segment");
  const std::string file = from_hex(std::string_view(block).substr(block.find('\n') + 1));
  std::filesystem::create_directory(scratch("store"));
  const auto store = value_of(DirectoryStore::open(scratch("store")));
  EXPECT_TRUE(succeeded(store->put("a.log.zst", file, PutMode::kCreateOnly, Deadline::never())));
  ArchivedSegment facts = example_topic().partitions[0].segments[0];
  facts.zstd_bytes = file.size();
  SegmentBytes bytes = value_of(SegmentBytes::open(*store, "a.log.zst", facts, Deadline::never()));
  EXPECT_EQ(value_of(bytes.read(0, facts.bytes)), example_segment());
  SeekTable table;
  table.add(74, 82);
  EXPECT_EQ(file.substr(74), table.encode());
}

TEST(FormatArchivePage, ShowsTheListOfSegmentsAsItIs) {
  EXPECT_EQ(example("segments"), example_topic().to_json()) << example_topic().to_json();
  EXPECT_EQ(value_of(ArchivedTopic::from_json(example("segments"))), example_topic());
}

/// The example's segment, and one of another record behind it, as one.
ArchivedTopic example_of_merged() {
  BatchOptions options;
  options.leader_epoch = 3;
  options.first_offset = 2;
  const std::string both =
      example_segment() + encode_batch(options, {{2, 1795221000000, "k2", "second", {}}});
  ArchivedTopic topic = example_topic();
  ArchivedSegment& segment = topic.partitions[0].segments[0];
  segment.merge = 1;
  segment.next_offset = 3;
  segment.bytes = both.size();
  segment.batches = 2;
  segment.records = 3;
  segment.max_timestamp = 1795221000000;
  segment.sha256 = hex(sha256(both));
  return topic;
}

TEST(FormatArchivePage, ShowsAMergedSegmentAsItIsInItsList) {
  const ArchivedTopic topic = example_of_merged();
  const nlohmann::json list = nlohmann::json::parse(topic.to_json());
  EXPECT_EQ(list.at("format"), 3);
  const nlohmann::json& entry = list.at("partitions").at(0).at("segments").at(0);
  EXPECT_EQ(example("merged segment"), entry.dump(1) + "\n") << entry.dump(1);
  EXPECT_EQ(value_of(ArchivedTopic::from_json(topic.to_json())), topic);
  EXPECT_EQ(log_key("prod", topic, 0, topic.partitions[0].segments[0]) + "\n", example("merged key"));
}

TEST(FormatArchivePage, ShowsTheListOfTopicsAsItIs) {
  EXPECT_EQ(example("topics"), example_index().to_json()) << example_index().to_json();
  EXPECT_EQ(value_of(ArchiveIndex::from_json(example("topics"))).to_json(), example_index().to_json());
}

}  // namespace
}  // namespace arkive::kafka::test
