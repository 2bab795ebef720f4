#include "kafka/log_directories/producer_snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/kafka/log/encoder/log_encoder.h"
#include "tests/support/results.h"

namespace arkive::kafka {
namespace {

using arkive::test::succeeded;
using arkive::test::value_of;
using test::BatchOptions;
using test::encode_batch;
using test::encode_marker;

class Remembered : public testing::Test {
 protected:
  void batch(std::int64_t first, std::int64_t last, std::int64_t producer, std::int32_t sequence,
             std::int16_t epoch = 0, bool transactional = false) {
    BatchOptions options;
    options.first_offset = first;
    options.last_offset = last;
    options.producer_id = producer;
    options.producer_epoch = epoch;
    options.base_sequence = sequence;
    options.transactional = transactional;
    options.max_timestamp = 1000 + last;
    show(encode_batch(options, {{first, 1000, "k", "v", {}}}));
  }
  void show(const std::string& bytes) {
    const LogEntry entry = value_of(parse_entry(bytes)).value();
    EXPECT_TRUE(succeeded(states_.append(entry)));
  }
  ProducerState of(std::int64_t producer) const { return states_.states().at(producer); }
  ProducerStates states_;
};

TEST_F(Remembered, IsTheLastBatchOfAProducer) {
  batch(0, 4, 7, 0);
  batch(5, 9, 7, 5);
  EXPECT_EQ(of(7), (ProducerState{0, 9, 9, 4, 1009, -1, -1}));
}

TEST_F(Remembered, SequenceNumbersWrapAround) {
  batch(0, 4, 7, INT32_MAX - 1);
  EXPECT_EQ(of(7).last_sequence, 2);
}

TEST_F(Remembered, ATransactionIsOpenUntilItsMarker) {
  batch(10, 11, 7, 0, 3, true);
  batch(12, 12, 7, 2, 3, true);
  EXPECT_EQ(of(7).transaction_start, 10);
  show(encode_marker(1, 13, 7, 5, 2000));
  EXPECT_EQ(of(7).transaction_start, -1);
  EXPECT_EQ(of(7).coordinator_epoch, 5);
  EXPECT_EQ(of(7).timestamp, 2000);
}

TEST_F(Remembered, AnotherEpochForgetsTheBatchesOfTheOldOne) {
  batch(0, 4, 7, 0, 3);
  batch(5, 5, 7, 0, 4);
  EXPECT_EQ(of(7), (ProducerState{4, 0, 5, 0, 1005, -1, -1}));
}

TEST_F(Remembered, WhoHasNoIdIsNot) {
  batch(0, 4, -1, -1);
  EXPECT_TRUE(states_.states().empty());
}

TEST_F(Remembered, AnotherClusterIsToldOfOpenTransactionsAlone) {
  batch(0, 4, 7, 0);
  batch(10, 11, 4711, 0, 3, true);
  const ProducerStates open = states_.of_open_transactions();
  ASSERT_EQ(open.states().size(), 1U) << "else its own producer 7 would not be heard";
  EXPECT_EQ(open.states().at(4711).transaction_start, 10);
  EXPECT_EQ(open.states().at(4711).coordinator_epoch, -1);
}

TEST_F(Remembered, SnapshotsComeBackAndDamageIsFound) {
  batch(0, 4, 7, 0);
  batch(10, 11, 4711, 0, 3, true);
  const std::string snapshot = states_.snapshot();
  EXPECT_EQ(snapshot.size(), 2 + 4 + 4 + 2 * 46U);
  EXPECT_EQ(value_of(ProducerStates::parse(snapshot)).states(), states_.states());
  for (std::size_t i = 0; i < snapshot.size(); ++i) {
    std::string damaged = snapshot;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    EXPECT_FALSE(ProducerStates::parse(damaged)) << "byte " << i;
    EXPECT_FALSE(ProducerStates::parse(std::string_view(snapshot).substr(0, i))) << "cut after " << i;
  }
}

}  // namespace
}  // namespace arkive::kafka
