// The messages by which a cluster is written, against the bytes of Kafka's own classes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kafka/wire/messages/commits.h"
#include "kafka/wire/messages/error_codes.h"
#include "kafka/wire/messages/produce.h"
#include "tests/kafka/wire/messages/kafka_bytes.h"

namespace arkive::kafka::wire {
namespace {

using arkive::kafka::test::expect_cut_ones_refused;
using arkive::kafka::test::for_each_version;
using arkive::test::value_of;
using testing::SizeIs;

std::string whole_body(const Request& request) {
  std::string body;
  for (const Bytes piece : body_pieces(request)) body += piece;
  return body;
}

TEST(InitProducerIdMessage, IsAskedForAsKafkaDoes) {
  for_each_version("InitProducerIdRequest", [](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(whole_body(init_producer_id_request(version))), to_hex(bytes));
  });
}

TEST(InitProducerIdMessage, IsReadInEveryVersion) {
  for_each_version("InitProducerIdResponse", [](std::int16_t version, const std::string& bytes) {
    const InitProducerId answer = value_of(read_init_producer_id(bytes, version));
    EXPECT_EQ(answer.throttle.count(), 17);
    EXPECT_EQ(answer.producer, (ProducerIdentity{4711, 3}));
    expect_cut_ones_refused(bytes,
                            [&](Bytes cut) { return read_init_producer_id(cut, version).has_value(); });
  });
}

TEST(ProduceMessage, IsSentAsKafkaDoesWithoutCopyingTheBatches) {
  const std::string first = "first batch";
  const std::vector<AppendWant> wants = {{{"orders", 0}, first}, {{"orders", 2}, "b"}, {{"x", 5}, "third"}};
  for_each_version("ProduceRequest", [&](std::int16_t version, const std::string& bytes) {
    const Request request = produce_request(version, wants, std::chrono::seconds(30));
    EXPECT_EQ(to_hex(whole_body(request)), to_hex(bytes));
    ASSERT_THAT(request.inserts, SizeIs(3));
    EXPECT_EQ(request.inserts[0].bytes.data(), first.data());
  });
}

TEST(ProduceMessage, IsReadInEveryVersion) {
  for_each_version("ProduceResponse", [](std::int16_t version, const std::string& bytes) {
    const Produced answer = value_of(read_produce(bytes, version));
    EXPECT_EQ(answer.throttle.count(), 17);
    ASSERT_THAT(answer.partitions, SizeIs(2));
    EXPECT_EQ(answer.partitions[0].partition, (TopicPartition{"orders", 0}));
    EXPECT_EQ(answer.partitions[0].error, kNoError);
    EXPECT_EQ(answer.partitions[0].base_offset, 42);
    EXPECT_EQ(answer.partitions[0].log_start, version >= 5 ? 7 : -1);
    EXPECT_EQ(answer.partitions[1].partition, (TopicPartition{"orders", 2}));
    EXPECT_EQ(error_name(answer.partitions[1].error), "INVALID_RECORD");
    EXPECT_EQ(answer.partitions[1].message, version >= 8 ? "no key" : "");
    expect_cut_ones_refused(bytes, [&](Bytes cut) { return read_produce(cut, version).has_value(); });
  });
}

TEST(FindCoordinatorMessage, IsAskedAndReadInEveryVersion) {
  for_each_version("FindCoordinatorRequest", [](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(find_coordinator_request(version, "billing").body), to_hex(bytes));
  });
  for_each_version("FindCoordinatorResponse", [](std::int16_t version, const std::string& bytes) {
    const FoundCoordinator answer = value_of(read_find_coordinator(bytes, version));
    EXPECT_EQ(answer.error, kCoordinatorNotAvailable);
    EXPECT_EQ(answer.broker, 2);
    EXPECT_EQ(answer.message, version >= 1 ? "soon" : "");
    expect_cut_ones_refused(bytes,
                            [&](Bytes cut) { return read_find_coordinator(cut, version).has_value(); });
  });
}

TEST(OffsetCommitMessage, IsSentAndReadInEveryVersion) {
  const std::vector<CommittedOffset> offsets = {
      {{"orders", 0}, 42, 3, "half way"}, {{"orders", 2}, 0, -1, std::nullopt}, {{"x", 5}, 9, -1, ""}};
  for_each_version("OffsetCommitRequest", [&](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(offset_commit_request(version, "billing", offsets).body), to_hex(bytes));
  });
  for_each_version("OffsetCommitResponse", [](std::int16_t version, const std::string& bytes) {
    const OffsetCommit answer = value_of(read_offset_commit(bytes, version));
    ASSERT_THAT(answer.answers, SizeIs(2));
    EXPECT_EQ(answer.answers[0].error, kNoError);
    EXPECT_EQ(answer.answers[1].partition, (TopicPartition{"orders", 2}));
    EXPECT_EQ(error_name(answer.answers[1].error), "UNKNOWN_MEMBER_ID");
    expect_cut_ones_refused(bytes, [&](Bytes cut) { return read_offset_commit(cut, version).has_value(); });
  });
}

}  // namespace
}  // namespace arkive::kafka::wire
