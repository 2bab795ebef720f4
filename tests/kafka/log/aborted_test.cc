#include "kafka/log/aborted.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/kafka/log/encoder/log_encoder.h"
#include "tests/support/results.h"

namespace arkive::kafka {
namespace {

using arkive::test::failed_with;
using arkive::test::value_of;
using test::BatchOptions;
using test::encode_batch;
using test::encode_marker;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int16_t kAbort = 0;
constexpr std::int16_t kCommit = 1;

/// A tracker that keeps what it is shown alive.
class Tracked : public testing::Test {
 protected:
  void batch(std::int64_t first, std::int64_t last, std::int64_t producer, bool transactional = true) {
    BatchOptions options;
    options.first_offset = first;
    options.last_offset = last;
    options.producer_id = producer;
    options.producer_epoch = 3;
    options.transactional = transactional;
    show(encode_batch(options, {{first, 0, "k", "v", {}}}));
  }
  void marker(std::int16_t type, std::int64_t offset, std::int64_t producer) {
    show(encode_marker(type, offset, producer));
  }
  void show(const std::string& bytes) {
    const LogEntry entry = value_of(parse_entry(bytes)).value();
    if (const auto span = value_of(tracker_.append(entry))) aborted_.push_back(*span);
  }
  TransactionTracker tracker_;
  std::vector<AbortedSpan> aborted_;
};

TEST_F(Tracked, TellsAbortsAndForgetsCommits) {
  batch(0, 4, 1);
  marker(kCommit, 5, 1);
  batch(6, 9, 1);
  batch(10, 10, 1);
  marker(kAbort, 11, 1);
  EXPECT_THAT(aborted_, ElementsAre(AbortedSpan{1, 6, 11, 12}));
  EXPECT_THAT(tracker_.open(), IsEmpty());
  EXPECT_EQ(tracker_.last_stable_offset(12), 12);
}

TEST_F(Tracked, LastStableOffsetIsTheFirstOpenTransactionOfAnotherProducer) {
  batch(0, 0, 1);
  batch(1, 1, 2);
  batch(2, 2, 3);
  marker(kAbort, 3, 2);
  marker(kAbort, 4, 1);
  marker(kAbort, 5, 3);
  EXPECT_THAT(aborted_,
              ElementsAre(AbortedSpan{2, 1, 3, 0}, AbortedSpan{1, 0, 4, 2}, AbortedSpan{3, 2, 5, 6}));
}

TEST_F(Tracked, OtherBatchesOpenNothing) {
  batch(0, 0, 1, false);
  batch(1, 1, -1, false);
  marker(kAbort, 2, 1);
  EXPECT_THAT(aborted_, IsEmpty());
  EXPECT_THAT(tracker_.open(), IsEmpty());
}

TEST_F(Tracked, GoesOnInAnotherTracker) {
  batch(0, 4, 1);
  batch(5, 6, 2);
  EXPECT_THAT(tracker_.open(), ElementsAre(OpenTransaction{1, 0, 3}, OpenTransaction{2, 5, 3}));
  EXPECT_EQ(tracker_.last_stable_offset(7), 0);
  tracker_ = TransactionTracker(tracker_.open());
  marker(kCommit, 7, 1);
  marker(kAbort, 8, 2);
  EXPECT_THAT(aborted_, ElementsAre(AbortedSpan{2, 5, 8, 9}));
}

TEST_F(Tracked, ControlBatchEmptiedByCompactionSaysNothing) {
  batch(0, 4, 1);
  BatchOptions options;
  options.first_offset = 5;
  options.control = options.transactional = true;
  options.producer_id = 1;
  show(encode_batch(options, {}));
  EXPECT_THAT(tracker_.open(), ElementsAre(OpenTransaction{1, 0, 3}));
}

TEST(ControlMarker, IsReadFromItsRecord) {
  const std::string commit = encode_marker(kCommit, 9, 4, 17);
  const auto marker = value_of(control_marker(value_of(parse_entry(commit)).value())).value();
  EXPECT_EQ(marker.kind, ControlMarker::Kind::kCommit);
  EXPECT_EQ(marker.coordinator_epoch, 17);
  const std::string other = encode_marker(2, 9, 4);
  EXPECT_EQ(value_of(control_marker(value_of(parse_entry(other)).value())).value().kind,
            ControlMarker::Kind::kOther);
}

TEST(ControlMarker, WithoutItsFieldsIsCorrupt) {
  BatchOptions options;
  options.control = true;
  const auto read = [&](const test::SentRecord& record) {
    const std::string bytes = encode_batch(options, {record});
    return control_marker(value_of(parse_entry(bytes)).value());
  };
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read({0, 0, std::nullopt, "123456", {}})));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read({0, 0, "123", "123456", {}})));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read({0, 0, std::string(4, '\0'), "12345", {}})));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read({0, 0, std::string(4, '\0'), std::nullopt, {}})));
  options.control = false;
  EXPECT_TRUE(failed_with(Outcome::kUsage, read({0, 0, "k", "v", {}})));
}

}  // namespace
}  // namespace arkive::kafka
