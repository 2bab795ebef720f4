// The small files of log directories, against the bytes that Kafka 3.9.1 wrote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kafka/log_directories/checkpoint_files.h"
#include "kafka/log_directories/meta_properties.h"
#include "kafka/log_directories/partition_files.h"
#include "tests/support/results.h"

namespace arkive::kafka {
namespace {

using arkive::test::value_of;
using testing::ElementsAre;
using testing::Pair;
using Kind = PartitionDirectory::Kind;

TEST(MetaPropertiesFile, IsReadAsBrokersWithAndWithoutZooKeeperWriteIt) {
  EXPECT_EQ(value_of(MetaProperties::parse("#\n#Sat Nov 28 07:01:24 UTC 2026\nbroker.id=1\nversion=0\n"
                                           "cluster.id=TTQsM-xMRVSd4-ASz79zRQ\n")),
            (MetaProperties{0, 1, "TTQsM-xMRVSd4-ASz79zRQ", ""}));
  EXPECT_EQ(value_of(MetaProperties::parse("node.id=3\ndirectory.id=wTh4nYZZsLnxgFXYzGV1tg\nversion=1\n"
                                           "cluster.id=TTQsM-xMRVSd4-ASz79zRQ\n")),
            (MetaProperties{1, 3, "TTQsM-xMRVSd4-ASz79zRQ", "wTh4nYZZsLnxgFXYzGV1tg"}));
  // 1.1.1 knows no cluster id.
  EXPECT_EQ(value_of(MetaProperties::parse("version=0\r\nbroker.id = 0\r\n")),
            (MetaProperties{0, 0, "", ""}));
}

TEST(MetaPropertiesFile, ComesBackAsItWasWritten) {
  for (const MetaProperties& properties : {MetaProperties{0, 1, "id", ""}, MetaProperties{0, 0, "", ""},
                                           MetaProperties{1, 7, "id", "directory"}}) {
    EXPECT_EQ(value_of(MetaProperties::parse(properties.text())), properties);
  }
}

TEST(MetaPropertiesFile, OfAnotherVersionOrWithoutNumbersIsRefused) {
  for (const char* const text : {"version=2\nnode.id=1\n", "version=x\n", "version=0\nbroker.id=one\n"}) {
    EXPECT_EQ(MetaProperties::parse(text).error().outcome, Outcome::kCorrupt) << text;
  }
}

TEST(OffsetCheckpointFile, HasALineAPartition) {
  const OffsetCheckpoint offsets = {{{"orders", 0}, 42}, {{"a-b", 11}, 0}};
  const std::string text = "0\n2\na-b 11 0\norders 0 42\n";
  EXPECT_EQ(offset_checkpoint_text(offsets), text);
  EXPECT_THAT(value_of(parse_offset_checkpoint(text)),
              ElementsAre(Pair(TopicPartition{"a-b", 11}, 0), Pair(TopicPartition{"orders", 0}, 42)));
  EXPECT_TRUE(value_of(parse_offset_checkpoint("0\n0\n")).empty());
}

TEST(OffsetCheckpointFile, ThatIsCutOrDamagedIsRefused) {
  for (const char* const text :
       {"", "0\n", "1\n0\n", "0\n2\norders 0 42\n", "0\n1\norders 0\n", "0\n1\norders 0 x\n",
        "0\n2\norders 0 1\norders 0 1\n", "0\n1\norders 0 42 1\n"}) {
    EXPECT_EQ(parse_offset_checkpoint(text).error().outcome, Outcome::kCorrupt) << text;
  }
}

TEST(LeaderEpochCheckpointFile, HasALineAnEpoch) {
  const std::vector<LeaderEpochStart> epochs = {{0, 0}, {3, 42}, {4, 42}};
  EXPECT_EQ(leader_epoch_checkpoint_text(epochs), "0\n3\n0 0\n3 42\n4 42\n");
  EXPECT_EQ(value_of(parse_leader_epoch_checkpoint("0\n3\n0 0\n3 42\n4 42\n")), epochs);
  for (const char* const text : {"0\n2\n3 0\n3 1\n", "0\n2\n0 5\n1 4\n", "0\n1\n0\n"}) {
    EXPECT_EQ(parse_leader_epoch_checkpoint(text).error().outcome, Outcome::kCorrupt) << text;
  }
}

TEST(PartitionMetadataFile, NamesTheTopicsId) {
  const TopicId id = value_of(TopicId::from_text("kBjE2EKdQfKjHbdcHDVvuA"));
  EXPECT_EQ(partition_metadata_text(id), "version: 0\ntopic_id: kBjE2EKdQfKjHbdcHDVvuA");
  EXPECT_EQ(value_of(parse_partition_metadata("version: 0\ntopic_id: kBjE2EKdQfKjHbdcHDVvuA\n")), id);
  for (const char* const text : {"", "version: 1\ntopic_id: kBjE2EKdQfKjHbdcHDVvuA\n", "version: 0\nid: x\n",
                                 "version: 0\ntopic_id: short\n"}) {
    EXPECT_EQ(parse_partition_metadata(text).error().outcome, Outcome::kCorrupt) << text;
  }
}

TEST(PartitionDirectoryName, TellsTopicPartitionAndKind) {
  const auto parsed = [](std::string_view name) { return parse_partition_directory(name); };
  EXPECT_EQ(parsed("orders-0")->partition, (TopicPartition{"orders", 0}));
  EXPECT_EQ(parsed("a-b-12")->partition, (TopicPartition{"a-b", 12}));
  EXPECT_EQ(parsed("a-b-12")->kind, Kind::kLive);
  const std::string id(32, 'a');
  EXPECT_EQ(parsed("orders-0." + id + "-delete")->kind, Kind::kDelete);
  EXPECT_EQ(parsed("orders-0." + id + "-future")->partition, (TopicPartition{"orders", 0}));
  EXPECT_EQ(parsed("orders-0." + id + "-stray")->kind, Kind::kStray);
  EXPECT_EQ(parsed("to-delete-3")->partition, (TopicPartition{"to-delete", 3}));
  for (const char* const name : {"orders", "-0", "orders-", "orders-x", "orders-0.abc-delete",
                                 ".arkive-seed-in-progress", "__cluster_metadata"}) {
    EXPECT_FALSE(parsed(name).has_value()) << name;
  }
  EXPECT_EQ(segment_file_name(42, ".log"), "00000000000000000042.log");
}

}  // namespace
}  // namespace arkive::kafka
