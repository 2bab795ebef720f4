// Metadata, ListOffsets, OffsetForLeaderEpoch and Fetch, against the bytes of Kafka's own classes.
#include <gmock/gmock.h>

#include "kafka/wire/messages/error_codes.h"
#include "kafka/wire/messages/fetch.h"
#include "kafka/wire/messages/list_offsets.h"
#include "kafka/wire/messages/log_directories.h"
#include "kafka/wire/messages/metadata.h"
#include "kafka/wire/messages/producers.h"
#include "tests/kafka/wire/messages/kafka_bytes.h"

namespace arkive::kafka::wire {
namespace {

using namespace arkive::kafka::test;
using arkive::test::failed_with;
using arkive::test::succeeded;
using arkive::test::value_of;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TopicId id_of_orders() {
  TopicId id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = static_cast<unsigned char>(i + 1);
  return id;
}

TEST(MetadataMessage, IsAskedForAsKafkaDoes) {
  const std::vector<std::string> topics = {"orders", "x"};
  for_each_version("MetadataRequest", [&](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(metadata_request(version, topics).body), to_hex(bytes));
  });
  for_each_version("AllMetadataRequest", [&](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(all_metadata_request(version).body), to_hex(bytes));
  });
}

TEST(MetadataMessage, IsReadInEveryVersion) {
  for_each_version("MetadataResponse", [](std::int16_t version, const std::string& bytes) {
    const Metadata metadata = value_of(read_metadata(bytes, version));
    EXPECT_EQ(metadata.throttle.count(), 11);
    EXPECT_EQ(metadata.cluster.cluster_id, "cluster-1");
    EXPECT_EQ(metadata.cluster.controller, 2);
    ASSERT_THAT(metadata.cluster.brokers, SizeIs(2));
    EXPECT_EQ(metadata.cluster.brokers[0].host, "b1");
    EXPECT_EQ(metadata.cluster.brokers[0].rack, "r1");
    EXPECT_EQ(metadata.cluster.brokers[1].port, 65535);
    ASSERT_THAT(metadata.topics, SizeIs(2));
    EXPECT_EQ(metadata.topics[0].facts.name, "denied");
    EXPECT_EQ(metadata.topics[0].error, kTopicAuthorizationFailed);
    const TopicFacts& orders = metadata.topics[1].facts;
    EXPECT_TRUE(orders.internal);
    EXPECT_EQ(orders.id, version >= 10 ? id_of_orders() : TopicId());
    ASSERT_THAT(orders.partitions, SizeIs(2));
    EXPECT_EQ(orders.partitions[0].partition, 0);
    EXPECT_EQ(orders.partitions[0].leader, 2);
    EXPECT_EQ(orders.partitions[0].leader_epoch, version >= 7 ? 9 : -1);
    EXPECT_THAT(orders.partitions[0].replicas, ElementsAre(2, 1));
    EXPECT_THAT(orders.partitions[0].in_sync_replicas, ElementsAre(2));
    EXPECT_EQ(orders.partitions[1].leader, -1);
    EXPECT_THAT(orders.partitions[1].in_sync_replicas, IsEmpty());
    expect_cut_ones_refused(bytes, [&](Bytes cut) { return read_metadata(cut, version).has_value(); });
  });
}

TEST(ListOffsetsMessage, IsAskedForAsKafkaDoes) {
  const std::vector<TopicPartition> asked = {{"orders", 0}, {"orders", 1}, {"x", 5}};
  for_each_version("ListOffsetsRequest", [&](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(list_offsets_request(version, asked, {kEndOfLog, true}).body), to_hex(bytes));
  });
}

TEST(ListOffsetsMessage, IsReadInEveryVersion) {
  for_each_version("ListOffsetsResponse", [](std::int16_t version, const std::string& bytes) {
    const ListOffsets answer = value_of(read_list_offsets(bytes, version));
    EXPECT_EQ(answer.throttle.count(), 13);
    ASSERT_THAT(answer.offsets, SizeIs(2));
    EXPECT_EQ(answer.offsets[0].partition, (TopicPartition{"orders", 0}));
    EXPECT_EQ(answer.offsets[0].offset, 1234567890123);
    EXPECT_EQ(answer.offsets[1].error, 78);
    expect_cut_ones_refused(bytes, [&](Bytes cut) { return read_list_offsets(cut, version).has_value(); });
  });
}

TEST(EpochEndMessage, IsAskedForAndReadAsKafkaDoes) {
  for_each_version("OffsetForLeaderEpochRequest", [](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(epoch_end_request(version, {"orders", 4}, 6).body), to_hex(bytes));
  });
  for_each_version("OffsetForLeaderEpochResponse", [](std::int16_t version, const std::string& bytes) {
    const EpochEnd answer = value_of(read_epoch_end(bytes, version));
    EXPECT_EQ(answer.throttle.count(), 14);
    EXPECT_EQ(answer.end, (LeaderEpochStart{5, 321}));
  });
}

std::vector<FetchWant> wants(std::int16_t version) {
  TopicId other;
  other.bytes[7] = 5;
  other.bytes[15] = 6;
  const std::int32_t epoch = version >= 9 ? 3 : -1;
  return {{{"orders", 0}, id_of_orders(), 100, epoch},
          {{"orders", 1}, id_of_orders(), 101, epoch},
          {{"x", 0}, other, 100, epoch}};
}

TEST(FetchMessage, IsAskedForAsKafkaDoes) {
  FetchLimits limits;
  limits.most_bytes = 1'000'000;
  limits.most_bytes_per_partition = 500'000;
  for_each_version("FetchRequest", [&](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(fetch_request(version, wants(version), limits, limits.most_wait).body), to_hex(bytes));
  });
}

TEST(FetchMessage, IsReadInEveryVersion) {
  for_each_version("FetchResponse", [](std::int16_t version, const std::string& bytes) {
    Fetched fetched;
    ASSERT_TRUE(succeeded(read_fetch(bytes, version, fetched)));
    EXPECT_EQ(fetched.throttle.count(), 12);
    EXPECT_EQ(fetched.error, 0);
    ASSERT_THAT(fetched.partitions, SizeIs(2));
    const FetchedPartition& first = fetched.partitions[0];
    EXPECT_EQ(first.topic, version < kFetchByTopicId ? "orders" : "");
    EXPECT_EQ(first.topic_id, version < kFetchByTopicId ? TopicId() : id_of_orders());
    EXPECT_EQ(first.high_watermark, 1000);
    EXPECT_EQ(first.last_stable_offset, 900);
    EXPECT_EQ(first.log_start, version >= 5 ? 10 : -1);
    EXPECT_EQ(first.records, "these are records");
    EXPECT_THAT(first.aborted, ElementsAre(AbortedTransaction{77, 120}, AbortedTransaction{78, 130}));
    EXPECT_EQ(fetched.partitions[1].partition, 1);
    EXPECT_EQ(fetched.partitions[1].error, kNotLeaderOrFollower);
    EXPECT_THAT(fetched.partitions[1].aborted, IsEmpty());
    EXPECT_THAT(fetched.partitions[1].records, IsEmpty());
    expect_cut_ones_refused(bytes, [&](Bytes cut) {
      Fetched ignored;
      return read_fetch(cut, version, ignored).has_value();
    });
  });
}

TEST(FetchMessage, NothingOfTheLastAnswerIsLeftInTheNext) {
  for_each_version("FetchResponse", [](std::int16_t version, const std::string& bytes) {
    Fetched fetched;
    fetched.error = 9;
    fetched.partitions.resize(5);
    fetched.partitions[1].aborted.resize(3);
    fetched.partitions[1].records = "old";
    ASSERT_TRUE(succeeded(read_fetch(bytes, version, fetched)));
    ASSERT_THAT(fetched.partitions, SizeIs(2));
    EXPECT_EQ(fetched.error, 0);
    EXPECT_THAT(fetched.partitions[1].aborted, IsEmpty());
    EXPECT_THAT(fetched.partitions[1].records, IsEmpty());
  });
}

TEST(DescribeProducersMessage, IsAskedForAsKafkaDoes) {
  const std::vector<TopicPartition> asked = {{"orders", 0}, {"orders", 2}, {"x", 5}};
  for_each_version("DescribeProducersRequest", [&](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(describe_producers_request(version, asked).body), to_hex(bytes));
  });
}

TEST(DescribeProducersMessage, IsReadInEveryVersion) {
  for_each_version("DescribeProducersResponse", [](std::int16_t version, const std::string& bytes) {
    const DescribeProducers answer = value_of(read_describe_producers(bytes, version));
    EXPECT_EQ(answer.throttle.count(), 17);
    ASSERT_THAT(answer.partitions, SizeIs(2));
    EXPECT_EQ(answer.partitions[0].partition, (TopicPartition{"orders", 0}));
    ASSERT_THAT(answer.partitions[0].producers, SizeIs(2));
    const ActiveProducer& open = answer.partitions[0].producers[0];
    EXPECT_EQ(open.id, 4711);
    EXPECT_EQ(open.epoch, 3);
    EXPECT_EQ(open.coordinator_epoch, 6);
    EXPECT_EQ(open.last_timestamp, 1795217400007);
    EXPECT_EQ(open.transaction_start, 42);
    EXPECT_EQ(answer.partitions[0].producers[1].transaction_start, -1);
    EXPECT_EQ(answer.partitions[1].partition, (TopicPartition{"orders", 2}));
    EXPECT_EQ(answer.partitions[1].error, kNotLeaderOrFollower);
    expect_cut_ones_refused(bytes,
                            [&](Bytes cut) { return read_describe_producers(cut, version).has_value(); });
  });
}

TEST(MetadataMessage, TellsWhatAUserMayDoWithEachTopic) {
  const std::vector<std::string> topics = {"orders", "x"};
  for_each_version("OperationsMetadataRequest", [&](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(metadata_request(version, topics, true).body), to_hex(bytes));
  });
  for_each_version("OperationsMetadataResponse", [](std::int16_t version, const std::string& bytes) {
    const Metadata metadata = value_of(read_metadata(bytes, version));
    ASSERT_THAT(metadata.topics, SizeIs(3));
    ASSERT_TRUE(metadata.topics[0].operations.has_value());
    EXPECT_EQ(*metadata.topics[0].operations & kMayWrite, 0U);
    ASSERT_TRUE(metadata.topics[1].operations.has_value());
    EXPECT_NE(*metadata.topics[1].operations & kMayWrite, 0U);
    EXPECT_FALSE(metadata.topics[2].operations.has_value());
  });
}

TEST(DescribeLogDirsMessage, IsAskedForAsKafkaDoes) {
  for_each_version("DescribeLogDirsRequest", [](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(describe_log_directories_request(version).body), to_hex(bytes));
  });
}

TEST(DescribeLogDirsMessage, IsReadInEveryVersion) {
  for_each_version("DescribeLogDirsResponse", [](std::int16_t version, const std::string& bytes) {
    const DescribeLogDirectories answer = value_of(read_describe_log_directories(bytes, version));
    EXPECT_EQ(answer.throttle.count(), 17);
    ASSERT_THAT(answer.directories, SizeIs(2));
    EXPECT_EQ(answer.directories[0].path, "/data/a");
    EXPECT_EQ(answer.directories[0].total, 1099511627776);
    EXPECT_EQ(answer.directories[0].usable, 123456789012);
    EXPECT_EQ(answer.directories[1].error, 56);
    EXPECT_EQ(answer.directories[1].usable, -1);
    expect_cut_ones_refused(
        bytes, [&](Bytes cut) { return read_describe_log_directories(cut, version).has_value(); });
  });
}

}  // namespace
}  // namespace arkive::kafka::wire
