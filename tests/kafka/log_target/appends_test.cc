// Batches appended, sent again, and refused.
#include "tests/kafka/log_target/contract.h"

namespace arkive::kafka::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Codec kCodecs[] = {Codec::kNone, Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd};

class AppendsContract : public LogTargetContract {};
class ExactAppendsContract : public LogTargetContract {};

TEST_P(AppendsContract, BatchesOfEveryCodecAreAppendedWhereTheAnswersSay) {
  start();
  record_producer({"create-topic", "orders", "--partitions", "2"});
  const auto live = target();
  EXPECT_EQ(live->name(), GetParam());
  EXPECT_EQ(live->exact(), is_exact());
  const ProducerIdentity producer = value_of(live->new_producer(patience()));
  EXPECT_FALSE(producer == value_of(live->new_producer(patience())));
  const auto appender = value_of(live->open_appender(1, patience()));
  std::vector<std::string> batches;
  for (int i = 0; i < 5; ++i) batches.push_back(batch_of(100 * i, 100, producer, kCodecs[i]));
  const std::string other = batch_of(0, 3, producer);
  for (int i = 0; i < 5; ++i) {
    std::vector<AppendWant> wants = {{{"orders", 1}, batches[static_cast<std::size_t>(i)]}};
    if (i == 2) wants.push_back({{"orders", 0}, other});
    ASSERT_TRUE(succeeded(appender->send(wants, patience())));
  }
  EXPECT_EQ(appender->unanswered(), 5U);
  for (int i = 0; i < 5; ++i) {
    const auto got = value_of(appender->receive(patience()));
    ASSERT_THAT(got, SizeIs(i == 2 ? 2 : 1));
    EXPECT_EQ(got[0].state, State::kAppended) << got[0].error;
    EXPECT_EQ(got[0].base_offset, 100 * i);
    if (i == 2) {
      EXPECT_EQ(got[1].base_offset, 0) << got[1].error;
    }
  }
  EXPECT_EQ(appender->unanswered(), 0U);

  const Read read = read_all({"orders", 1}, 500);
  EXPECT_EQ(read.records, some_records(0, 500));
  EXPECT_EQ(read_all({"orders", 0}, 3).records, some_records(0, 3));
  if (!is_exact()) return;
  ASSERT_THAT(read.batches, SizeIs(5));
  for (std::size_t i = 0; i < 5; ++i) {
    // The broker fills in the base offset and its leader epoch.
    EXPECT_EQ(Bytes(read.batches[i]).substr(kOutsideCrc), Bytes(batches[i]).substr(kOutsideCrc));
  }
}

// Of a target whose identity is the caller's alone.
TEST_P(ExactAppendsContract, ABatchSentAgainIsAppendedOnceWhoeverSendsIt) {
  start();
  record_producer({"create-topic", "orders"});
  const TopicPartition orders{"orders", 0};
  const auto live = target();
  const ProducerIdentity producer = value_of(live->new_producer(patience()));
  std::vector<std::string> batches;
  for (int i = 0; i < 7; ++i) batches.push_back(batch_of(10 * i, 10, producer));
  const auto first = value_of(live->open_appender(1, patience()));
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(append(*first, orders, batches[i]).state, State::kAppended);
  const auto second = value_of(target()->open_appender(1, patience()));
  for (std::size_t i = 1; i < 6; ++i) {
    const AppendGot again = append(*second, orders, batches[i]);
    EXPECT_EQ(again.state, State::kAppended) << again.error;
    EXPECT_EQ(again.base_offset, 10 * static_cast<std::int64_t>(i));
  }
  // The sixth last is known no more, and one leaves a gap.
  EXPECT_EQ(append(*second, orders, batches[0]).state, State::kOutOfOrder);
  EXPECT_EQ(append(*second, orders, batch_of(500, 10, producer)).state, State::kOutOfOrder);
  EXPECT_EQ(append(*second, orders, batches[6]).base_offset, 60);
  EXPECT_EQ(read_all(orders, 70).records, some_records(0, 70));
  EXPECT_EQ(end_of(orders), 70);
}

TEST_P(AppendsContract, WhatIsTooLargeForTheTopicIsSaidAndLeavesTheNextOneAlone) {
  start();
  record_producer({"create-topic", "orders", "max.message.bytes=2000"});
  const TopicPartition orders{"orders", 0};
  const auto live = target();
  const ProducerIdentity producer = value_of(live->new_producer(patience()));
  const auto appender = value_of(live->open_appender(1, patience()));
  const AppendGot large =
      append(*appender, orders, batch_of({{0, kThen, {}, std::string(5000, 'x'), {}}}, producer, 0));
  EXPECT_EQ(large.state, State::kTooLarge) << large.error;
  EXPECT_EQ(large.base_offset, -1);
  EXPECT_THAT(large.error, HasSubstr(is_exact() ? "MESSAGE_TOO_LARGE" : "MSG_SIZE_TOO_LARGE"));
  const AppendGot small = append(*appender, orders, batch_of(0, 10, producer));
  EXPECT_EQ(small.state, State::kAppended) << small.error;
  EXPECT_EQ(small.base_offset, 0);
  EXPECT_EQ(end_of(orders), 10);
}

TEST_P(AppendsContract, AnUnknownTopicIsGoneAndIsNotMadeByAsking) {
  start();
  record_producer({"create-topic", "orders"});
  const auto live = target();
  const ProducerIdentity producer = value_of(live->new_producer(patience()));
  const auto appender = value_of(live->open_appender(1, patience()));
  for (const TopicPartition& partition : {TopicPartition{"none", 0}, TopicPartition{"orders", 9}}) {
    const AppendGot got = append(*appender, partition, batch_of(0, 10, producer));
    EXPECT_EQ(got.state, State::kGone) << partition.text() << ": " << got.error;
    EXPECT_THAT(got.error, HasSubstr("UNKNOWN"));
  }
  EXPECT_THAT(value_of(source()->topics(patience())), SizeIs(1));
  EXPECT_EQ(append(*appender, {"orders", 0}, batch_of(0, 10, producer)).base_offset, 0);
}

TEST_P(AppendsContract, DamagedBatchesAreRefusedWhole) {
  start();
  record_producer({"create-topic", "orders"});
  const TopicPartition orders{"orders", 0};
  const auto live = target();
  const ProducerIdentity producer = value_of(live->new_producer(patience()));
  const auto appender = value_of(live->open_appender(1, patience()));
  std::string damaged = batch_of(0, 10, producer);
  damaged.back() ^= 1;
  const AppendGot got = append(*appender, orders, damaged);
  EXPECT_NE(got.state, State::kAppended);
  EXPECT_THAT(got.error, testing::Not(IsEmpty()));
  EXPECT_EQ(end_of(orders), 0);
}

TEST_P(AppendsContract, TimestampsThatLibrdkafkaWouldReplaceAreRefusedByIt) {
  start();
  record_producer({"create-topic", "orders"});
  const TopicPartition orders{"orders", 0};
  const auto live = target();
  const ProducerIdentity producer = value_of(live->new_producer(patience()));
  const auto appender = value_of(live->open_appender(1, patience()));
  std::vector<SentRecord> records = some_records(0, 10);
  records[7].timestamp = 0;
  const AppendGot got = append(*appender, orders, batch_of(records, producer, 0));
  EXPECT_EQ(got.state, is_exact() ? State::kAppended : State::kRefused);
  if (is_exact()) {
    EXPECT_EQ(read_all(orders, 10).records, records);
  } else {
    EXPECT_THAT(got.error, HasSubstr("record 7 of the batch has the timestamp 0"));
    EXPECT_EQ(end_of(orders), 0);
  }
}

TEST_P(AppendsContract, NobodyToBeReachedIsSaidByTheDeadline) {
  EXPECT_TRUE(failed_with(Outcome::kRetry, open("127.0.0.1:1", {}, Deadline::after(2s))));
  EXPECT_TRUE(failed_with(Outcome::kUsage, open("", {}, Deadline::after(2s))));
}

INSTANTIATE_TEST_SUITE_P(Target, AppendsContract, testing::Values("wire", "librdkafka"), target_name);
INSTANTIATE_TEST_SUITE_P(Target, ExactAppendsContract, testing::Values("wire"), target_name);

}  // namespace
}  // namespace arkive::kafka::test
