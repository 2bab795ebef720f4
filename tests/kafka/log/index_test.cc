#include "kafka/log/index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/kafka/log/encoder/log_encoder.h"
#include "tests/support/results.h"

namespace arkive::kafka {
namespace {

using arkive::test::failed_with;
using arkive::test::succeeded;
using arkive::test::value_of;
using testing::HasSubstr;

/// Entries of a segment as the indexes see them; no bytes but their size.
struct Shape {
  std::int64_t first = 0;
  std::int64_t last = 0;
  UnixMilliseconds time = 0;
  std::size_t size = 0;
};

LogEntry entry_of(const Shape& shape) {
  static const std::string kZeros(100'000, '\0');
  LogEntry entry;
  entry.bytes = Bytes(kZeros).substr(0, shape.size);
  entry.first_offset = shape.first;
  entry.last_offset = shape.last;
  entry.max_timestamp = shape.time;
  return entry;
}

IndexFiles build(std::int64_t base, const std::vector<Shape>& shapes) {
  IndexBuilder builder(base);
  std::uint64_t position = 0;
  for (const Shape& shape : shapes) {
    EXPECT_TRUE(succeeded(builder.append(entry_of(shape), position)));
    position += shape.size;
  }
  return builder.files();
}

Status check(std::int64_t base, const IndexFiles& files, const std::vector<Shape>& shapes) {
  ARKIVE_ASSIGN(IndexCheck check, IndexCheck::open(files.offsets, files.times, base));
  std::uint64_t position = 0;
  for (const Shape& shape : shapes) {
    ARKIVE_TRY(check.entry(entry_of(shape), position));
    position += shape.size;
  }
  return check.finish();
}

// 4,096 bytes lie before the second: not more than the interval. 4,097 before the third.
const std::vector<Shape> kSegment = {
    {100, 109, 50, 4096}, {110, 119, 70, 1}, {120, 120, 60, 4097}, {121, 125, 70, 10}, {126, 127, 80, 10}};

TEST(IndexBuilder, WritesWhatABrokerWritesByteForByte) {
  const IndexFiles files = build(100, kSegment);
  EXPECT_EQ(to_hex(files.offsets),
            "00000014"    // 120
            "00001001"    // at 4097
            "00000019"    // 125
            "00002002");  // at 8194
  EXPECT_EQ(to_hex(files.times),
            "0000000000000046"  // 70, first reached
            "00000013"          // by the entry that ends with 119
            "0000000000000050"  // 80, at the end
            "0000001b");
  EXPECT_EQ(files.transactions, "");
}

TEST(IndexBuilder, GoesOnAfterItsFilesWereTaken) {
  IndexBuilder builder(100);
  std::uint64_t position = 0;
  for (const Shape& shape : kSegment) {
    EXPECT_TRUE(succeeded(builder.append(entry_of(shape), position)));
    position += shape.size;
    (void)builder.files();
  }
  EXPECT_EQ(builder.files().offsets, build(100, kSegment).offsets);
  EXPECT_EQ(builder.files().times, build(100, kSegment).times);
}

TEST(IndexBuilder, WritesNoTimesOfMessagesWithoutTimestamps) {
  const IndexFiles files = build(0, {{0, 0, -1, 5000}, {1, 1, -1, 5000}, {2, 2, -5, 5000}});
  EXPECT_EQ(files.offsets.size(), 16U);
  EXPECT_EQ(files.times, "");
}

TEST(IndexBuilder, SaysWhenTheSegmentMustRoll) {
  const IndexBuilder builder(100);
  const auto fits = [&](std::int64_t last, std::uint64_t position, std::size_t size = 70) {
    return builder.fits(entry_of({last, last, 0, size}), position);
  };
  EXPECT_TRUE(fits(100 + 0x7fffffffLL, 0));
  EXPECT_FALSE(fits(100 + 0x80000000LL, 0));
  EXPECT_FALSE(fits(99, 0));
  EXPECT_TRUE(fits(100, 0x7fffffff - 70));
  EXPECT_FALSE(fits(100, 0x7fffffff - 69));
  EXPECT_FALSE(fits(100, 1ULL << 40));
  IndexBuilder another(100);
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, another.append(entry_of({99, 99, 0, 70}), 0)));
  EXPECT_TRUE(succeeded(another.append(entry_of({100, 105, 0, 70}), 0)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, another.append(entry_of({105, 105, 0, 70}), 70)));
}

TEST(OffsetIndex, FindsTheEntryAtOrBeforeAnOffset) {
  const IndexFiles files = build(100, kSegment);
  const OffsetIndex index = value_of(OffsetIndex::open(files.offsets, 100));
  EXPECT_EQ(index.size(), 2U);
  EXPECT_EQ(index.lookup(100).position, 0U);
  EXPECT_EQ(index.lookup(119).position, 0U);
  EXPECT_EQ(index.lookup(120).position, 4097U);
  EXPECT_EQ(index.lookup(124).position, 4097U);
  EXPECT_EQ(index.lookup(125).position, 8194U);
  EXPECT_EQ(index.lookup(1'000'000).position, 8194U);
  EXPECT_EQ(index.lookup(0).offset, 100);
}

TEST(TimeIndex, FindsWhereToLookForATime) {
  const IndexFiles files = build(100, kSegment);
  const TimeIndex index = value_of(TimeIndex::open(files.times, 100));
  EXPECT_EQ(index.lookup(50).offset, 100);
  EXPECT_EQ(index.lookup(70).offset, 100);  // a record of 70 stands before 119
  EXPECT_EQ(index.lookup(71).offset, 119);
  EXPECT_EQ(index.lookup(80).offset, 119);
  EXPECT_EQ(index.lookup(81).offset, 127);
}

TEST(OffsetIndex, LeavesOutTheZerosOfASegmentStillWrittenTo) {
  IndexFiles files = build(100, kSegment);
  files.offsets += std::string(800, '\0');
  files.times += std::string(1200, '\0');
  EXPECT_EQ(value_of(OffsetIndex::open(files.offsets, 100)).size(), 2U);
  EXPECT_EQ(value_of(TimeIndex::open(files.times, 100)).size(), 2U);
  EXPECT_EQ(value_of(OffsetIndex::open(std::string(80, '\0'), 100)).size(), 0U);
}

TEST(OffsetIndex, RefusesWhatIsNone) {
  const IndexFiles files = build(100, kSegment);
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, OffsetIndex::open(files.offsets.substr(1), 100)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, OffsetIndex::open(files.offsets + files.offsets, 100)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, OffsetIndex::open("\xff\xff\xff\xff\1\1\1\1", 100)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, OffsetIndex::open(files.offsets, -1)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, TimeIndex::open(files.times.substr(1), 100)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, TimeIndex::open(files.times + files.times, 100)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, TimeIndex::open(files.times, INT64_MAX)));
}

TEST(IndexCheck, AcceptsRightIndexesWhoeverWroteThem) {
  const IndexFiles files = build(100, kSegment);
  EXPECT_TRUE(succeeded(check(100, files, kSegment)));
  EXPECT_TRUE(succeeded(check(100, {}, kSegment)));
  // As a replica writes it that appended the last three entries as one.
  std::string offsets;
  append_big_endian<std::int32_t>(offsets, 27);
  append_big_endian<std::int32_t>(offsets, 4097);
  EXPECT_TRUE(succeeded(check(100, {offsets, files.times, {}}, kSegment)));
}

TEST(IndexCheck, FindsEachWrongEntry) {
  const IndexFiles good = build(100, kSegment);
  const auto wrong = [&](std::size_t at, char byte) {
    IndexFiles files = good;
    files.offsets[at] = byte;
    return check(100, files, kSegment);
  };
  const Status offset = wrong(3, 19);  // 119 stands before
  ASSERT_TRUE(failed_with(Outcome::kCorrupt, offset));
  EXPECT_THAT(offset.error().what, HasSubstr("the offset index has offset 119 here"));
  EXPECT_THAT(offset.error().hint, HasSubstr("made anew"));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, wrong(7, 2)));   // within an entry
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, wrong(12, 1)));  // beyond the end
  IndexFiles times = good;
  times.times[7] = 65;  // says that nothing up to 119 is later than 65, and right: 70 comes with 119
  EXPECT_TRUE(succeeded(check(100, times, kSegment)));
  times.times[7] = 49;
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, check(100, times, kSegment)));
  times = good;
  times.times.back() = 100;
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, check(100, times, kSegment)));
}

TEST(IndexProperty, NoLookupHidesARecord) {
  const std::uint64_t seed = std::random_device{}();
  RecordProperty("seed", std::to_string(seed));
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto up_to = [&](std::uint64_t most) { return random() % (most + 1); };
  for (int round = 0; round < 200; ++round) {
    const auto base = static_cast<std::int64_t>(up_to(1ULL << 40));
    std::vector<Shape> shapes;
    std::int64_t next = base + static_cast<std::int64_t>(up_to(3));
    for (std::uint64_t count = up_to(60); count > 0; --count) {
      const std::int64_t last = next + static_cast<std::int64_t>(up_to(20));
      shapes.push_back({next, last, static_cast<UnixMilliseconds>(up_to(1000)) - 5, 61 + up_to(6000)});
      next = last + 1 + static_cast<std::int64_t>(up_to(2));
    }
    const IndexFiles files = build(base, shapes);
    EXPECT_TRUE(succeeded(check(base, files, shapes)));
    const OffsetIndex offsets = value_of(OffsetIndex::open(files.offsets, base));
    const TimeIndex times = value_of(TimeIndex::open(files.times, base));
    std::uint64_t position = 0;
    for (const Shape& shape : shapes) {
      EXPECT_LE(offsets.lookup(shape.first).position, position);
      EXPECT_LE(offsets.lookup(shape.last).position, position);
      EXPECT_LE(times.lookup(shape.time).offset, shape.last);
      position += shape.size;
    }
  }
}

TEST(TransactionIndex, ComesBackAndIsWrittenAsKafkaDoes) {
  const std::vector<AbortedSpan> aborted = {{7, 10, 19, 12}, {8, 12, 25, 26}};
  const std::string file = write_transaction_index(aborted);
  EXPECT_EQ(to_hex(file.substr(0, 34)),
            "0000"
            "0000000000000007"
            "000000000000000a"
            "0000000000000013"
            "000000000000000c");
  EXPECT_EQ(value_of(read_transaction_index(file)), aborted);
  IndexBuilder builder(0);
  for (const AbortedSpan& span : aborted) builder.append(span);
  EXPECT_EQ(builder.files().transactions, file);
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_transaction_index(file.substr(1))));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_transaction_index(file + file)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_transaction_index("\1" + file.substr(1))));
}

}  // namespace
}  // namespace arkive::kafka
