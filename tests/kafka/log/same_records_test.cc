#include "kafka/log/same_records.h"

#include <gtest/gtest.h>

#include "tests/kafka/log/encoder/log_encoder.h"

namespace arkive::kafka::test {
namespace {

std::vector<SentRecord> records(std::int64_t first, std::int64_t next) {
  std::vector<SentRecord> all;
  for (std::int64_t offset = first; offset < next; ++offset) {
    SentRecord record;
    record.offset = offset;
    record.timestamp = 1'700'000'000'000 + offset;
    record.key = "key";
    record.value = "value " + std::to_string(offset);
    record.headers = {{"name", "one"}};
    all.push_back(std::move(record));
  }
  return all;
}

SameRecords compare(const std::vector<SentRecord>& earlier, const std::vector<SentRecord>& later,
                    Codec codec = Codec::kNone) {
  BatchOptions before;
  before.first_offset = earlier.front().offset;
  BatchOptions now;
  now.first_offset = later.front().offset;
  now.codec = codec;
  const std::string earlier_bytes = encode_batch(before, earlier);
  const std::string later_bytes = encode_batch(now, later);
  LogEntry a;
  LogEntry b;
  EXPECT_EQ(read_entry(earlier_bytes, a), EntryState::kWhole);
  EXPECT_EQ(read_entry(later_bytes, b), EntryState::kWhole);
  return compare_records(a, b);
}

TEST(SameRecords, AreAllInBatchesOfOtherCodecsAndBounds) {
  EXPECT_EQ(compare(records(0, 10), records(0, 10)), SameRecords::kAll);
  EXPECT_EQ(compare(records(0, 10), records(0, 10), Codec::kGzip), SameRecords::kAll);
  EXPECT_EQ(compare(records(0, 10), records(5, 20)), SameRecords::kAll);
  EXPECT_EQ(compare(records(5, 20), records(0, 10)), SameRecords::kAll);
}

TEST(SameRecords, AreFewerAfterCompaction) {
  auto left = records(0, 10);
  left.erase(left.begin() + 3, left.begin() + 6);
  EXPECT_EQ(compare(records(0, 10), left), SameRecords::kFewer);
  EXPECT_EQ(compare(records(0, 10), records(20, 30)), SameRecords::kFewer);
}

TEST(SameRecords, AreNotWhenOneIsThereOnlyLater) {
  auto before = records(0, 10);
  before.erase(before.begin() + 3);
  EXPECT_EQ(compare(before, records(0, 10)), SameRecords::kNo);
}

TEST(SameRecords, AreNotWhenAnyPartOfOneDiffers) {
  const auto changed = [](auto change) {
    auto all = records(0, 10);
    change(all[4]);
    return compare(records(0, 10), all);
  };
  EXPECT_EQ(changed([](SentRecord& one) { one.value = "other"; }), SameRecords::kNo);
  EXPECT_EQ(changed([](SentRecord& one) { one.value.reset(); }), SameRecords::kNo);
  EXPECT_EQ(changed([](SentRecord& one) { one.key.reset(); }), SameRecords::kNo);
  EXPECT_EQ(changed([](SentRecord& one) { ++one.timestamp; }), SameRecords::kNo);
  EXPECT_EQ(changed([](SentRecord& one) { one.headers.clear(); }), SameRecords::kNo);
  EXPECT_EQ(changed([](SentRecord& one) { one.headers = {{"name", "two"}}; }), SameRecords::kNo);
}

}  // namespace
}  // namespace arkive::kafka::test
