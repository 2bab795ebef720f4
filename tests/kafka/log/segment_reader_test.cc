#include "kafka/log/segment_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "kafka/log/index.h"
#include "kafka/log/large_entry.h"
#include "tests/kafka/log/encoder/log_encoder.h"
#include "tests/support/results.h"

namespace arkive::kafka {
namespace {

using arkive::test::failed_with;
using arkive::test::succeeded;
using arkive::test::value_of;
using testing::HasSubstr;

constexpr std::int64_t kBase = 1000;

/// A segment of batches of all sizes, some far larger than a piece that is read at once.
class Segment : public arkive::test::ScratchTest {
 protected:
  Segment() {
    std::mt19937_64 random(7);
    IndexBuilder builder(kBase);
    std::int64_t offset = kBase;
    for (int number = 0; number < 400; ++number) {
      const std::size_t size = number % 100 == 50 ? 3'000'000 : random() % 5000;
      const std::int64_t last = offset + static_cast<std::int64_t>(random() % 3);
      const auto time = static_cast<UnixMilliseconds>(random() % 10'000);
      const std::string batch = test::encode_batch({.first_offset = offset, .last_offset = last},
                                                   {{offset, time, {}, std::string(size, 'v'), {}}});
      const LogEntry entry = value_of(parse_entry(batch)).value();
      EXPECT_TRUE(succeeded(builder.append(entry, bytes_.size())));
      shapes_.push_back({entry, bytes_.size()});
      bytes_ += batch;
      offset = last + 1 + static_cast<std::int64_t>(random() % 2);
    }
    index_ = builder.files();
  }

  std::vector<std::uint64_t> positions(SegmentReader& reader, std::uint64_t from = 0) {
    std::vector<std::uint64_t> all;
    end_ = value_of(reader.for_each_entry(
        CrcCheck::kYes,
        [&](const LogEntry&, std::uint64_t position) -> Result<Walk> {
          all.push_back(position);
          return Walk::kOn;
        },
        from));
    return all;
  }

  std::vector<std::uint64_t> all_positions() const {
    std::vector<std::uint64_t> all;
    for (const PlacedEntry& shape : shapes_) all.push_back(shape.position);
    return all;
  }

  std::string bytes_;
  std::vector<PlacedEntry> shapes_;  ///< their bytes are gone
  IndexFiles index_;
  std::uint64_t end_ = 0;
};

TEST_F(Segment, IsWalkedOverInAFileAndElsewhere) {
  ASSERT_TRUE(succeeded(write_file_durably(scratch("s.log"), bytes_, IfExists::kConflict)));
  SegmentReader file = value_of(SegmentReader::open(scratch("s.log")));
  EXPECT_EQ(file.size(), bytes_.size());
  EXPECT_EQ(positions(file), all_positions());
  EXPECT_EQ(end_, bytes_.size());
  EXPECT_EQ(positions(file), all_positions());
  SegmentReader memory = SegmentReader::over(bytes_);
  EXPECT_EQ(positions(memory), all_positions());
  EXPECT_EQ(positions(memory, shapes_[200].position).size(), 200U);
}

TEST_F(Segment, OffsetsAreFoundWithAndWithoutAnIndex) {
  SegmentReader reader = SegmentReader::over(bytes_);
  const std::int64_t end = shapes_.back().entry.next_offset();
  for (std::int64_t offset = kBase - 1; offset < end; ++offset) {
    const auto wanted = std::find_if(shapes_.begin(), shapes_.end(), [&](const PlacedEntry& shape) {
      return shape.entry.last_offset >= offset;
    });
    EXPECT_EQ(value_of(reader.find_offset(offset, kBase, index_.offsets))->position, wanted->position);
  }
  EXPECT_EQ(value_of(reader.find_offset(end - 1, kBase))->position, shapes_.back().position);
  EXPECT_FALSE(value_of(reader.find_offset(end, kBase, index_.offsets)));
}

TEST_F(Segment, TimesAreFoundWithAndWithoutIndexes) {
  SegmentReader reader = SegmentReader::over(bytes_);
  for (UnixMilliseconds time = -1; time <= 10'001; time += 7) {
    const auto wanted = std::find_if(shapes_.begin(), shapes_.end(), [&](const PlacedEntry& shape) {
      return shape.entry.max_timestamp >= time;
    });
    const auto found = value_of(reader.find_time(time, kBase, index_.times, index_.offsets));
    ASSERT_EQ(found.has_value(), wanted != shapes_.end()) << time;
    if (found) {
      EXPECT_EQ(found->position, wanted->position) << time;
    }
  }
  EXPECT_EQ(value_of(reader.find_time(5, kBase))->position,
            value_of(reader.find_time(5, kBase, index_.times, index_.offsets))->position);
}

TEST_F(Segment, CutShortIsToldByWhereItEnds) {
  for (const std::size_t size : {bytes_.size() - 1, shapes_[50].position + 5, shapes_[50].position + 100,
                                 shapes_[50].position + 2'000'000}) {
    SegmentReader reader = SegmentReader::over(Bytes(bytes_).substr(0, size));
    (void)positions(reader);
    EXPECT_EQ(end_, size > shapes_[51].position ? shapes_.back().position : shapes_[50].position);
  }
  SegmentReader empty = SegmentReader::over("");
  EXPECT_TRUE(positions(empty).empty());
}

TEST_F(Segment, DamageIsNamedByFileAndByte) {
  bytes_[shapes_[300].position + 70] ^= 1;
  ASSERT_TRUE(succeeded(write_file_durably(scratch("s.log"), bytes_, IfExists::kConflict)));
  SegmentReader reader = value_of(SegmentReader::open(scratch("s.log")));
  const auto on = [](const LogEntry&, std::uint64_t) -> Result<Walk> { return Walk::kOn; };
  const auto result = reader.for_each_entry(CrcCheck::kYes, on);
  ASSERT_TRUE(failed_with(Outcome::kCorrupt, result));
  EXPECT_THAT(result.error().what,
              HasSubstr("s.log' at byte " + std::to_string(shapes_[300].position) + ": check log entry"));
  EXPECT_TRUE(succeeded(reader.for_each_entry(CrcCheck::kNo, on)));
}

/// What a reader of `bytes` asked for at most at once.
std::size_t most_asked_for(const std::string& bytes, Result<std::uint64_t>& walked) {
  std::size_t most = 0;
  SegmentReader reader("s.log", bytes.size(), [&](std::uint64_t offset, std::size_t size) -> Result<Bytes> {
    most = std::max(most, size);
    return Bytes(bytes).substr(offset, size);
  });
  walked = reader.for_each_entry(CrcCheck::kYes,
                                 [](const LogEntry&, std::uint64_t) -> Result<Walk> { return Walk::kOn; });
  return most;
}

TEST_F(Segment, ADamagedLengthDoesNotMakeItReadAllThatFollows) {
  bytes_.resize(40 << 20, 'v');
  bytes_[shapes_[10].position + 8] = 1;  // 16 MiB more than it has
  Result<std::uint64_t> walked = 0;
  EXPECT_LE(most_asked_for(bytes_, walked), std::size_t{2} << 20);
  ASSERT_TRUE(failed_with(Outcome::kCorrupt, walked));
  EXPECT_THAT(walked.error().what, HasSubstr("at byte " + std::to_string(shapes_[10].position)));
  EXPECT_THAT(walked.error().what, HasSubstr("do not fit its CRC"));
}

TEST_F(Segment, AnEntryThatIsTrulyLargeIsShown) {
  for (const int magic : {1, 2}) {
    const test::SentRecord record{kBase, 1, {}, std::string(kLargeEntry + 5, 'v'), {}};
    const std::string large = magic == 2 ? test::encode_batch({.first_offset = kBase}, {record})
                                         : test::encode_message(1, record);
    Result<std::uint64_t> walked = 0;
    EXPECT_EQ(most_asked_for(large + bytes_, walked), large.size());
    EXPECT_EQ(value_of(walked), large.size() + bytes_.size());
  }
}

TEST_F(Segment, EverythingBeforeBytesThatCannotBeReadIsShown) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 100; ++round) {
    const std::uint64_t bad = random() % bytes_.size();
    SegmentReader reader("s.log", bytes_.size(),
                         [&](std::uint64_t offset, std::size_t size) -> Result<Bytes> {
                           if (offset >= bad)
                             return fail(Outcome::kCorrupt, "a bad place at byte " + std::to_string(bad));
                           return Bytes(bytes_).substr(offset, std::min<std::uint64_t>(size, bad - offset));
                         });
    std::size_t shown = 0;
    const auto result =
        reader.for_each_entry(CrcCheck::kYes, [&](const LogEntry& entry, std::uint64_t position) {
          EXPECT_LE(position + entry.bytes.size(), bad);
          ++shown;
          return Result<Walk>(Walk::kOn);
        });
    ASSERT_TRUE(failed_with(Outcome::kCorrupt, result));
    EXPECT_THAT(result.error().what, HasSubstr("a bad place at byte"));
    ASSERT_LT(shown, shapes_.size());
    const std::uint64_t next = shown + 1 < shapes_.size() ? shapes_[shown + 1].position : bytes_.size();
    EXPECT_GT(next, bad) << "the entry at byte " << shapes_[shown].position << " is whole";
  }
}

TEST_F(Segment, FileThatBecameShorterIsAnError) {
  const std::string path = scratch("s.log");
  ASSERT_TRUE(succeeded(write_file_durably(path, bytes_, IfExists::kConflict)));
  SegmentReader reader = value_of(SegmentReader::open(path));
  ASSERT_EQ(::truncate(path.c_str(), 2'000'000), 0);
  const auto result = reader.for_each_entry(
      CrcCheck::kNo, [](const LogEntry&, std::uint64_t) -> Result<Walk> { return Walk::kOn; });
  ASSERT_TRUE(failed_with(Outcome::kCorrupt, result));
  EXPECT_THAT(result.error().what, HasSubstr("too early"));
}

TEST_F(Segment, EndsWhereTheVisitorHasEnoughOrFails) {
  SegmentReader reader = SegmentReader::over(bytes_);
  int seen = 0;
  EXPECT_EQ(value_of(reader.for_each_entry(CrcCheck::kNo,
                                           [&](const LogEntry&, std::uint64_t) -> Result<Walk> {
                                             return ++seen == 3 ? Walk::kEnough : Walk::kOn;
                                           })),
            shapes_[3].position);
  EXPECT_TRUE(
      failed_with(Outcome::kFull,
                  reader.for_each_entry(CrcCheck::kNo, [](const LogEntry&, std::uint64_t) -> Result<Walk> {
                    return fail(Outcome::kFull, "no space");
                  })));
}

TEST_F(Segment, IndexThatPointsBeyondTheEndIsCorrupt) {
  std::string index;
  append_big_endian<std::int32_t>(index, 1);
  append_big_endian<std::int32_t>(index, 0x7fffffff);
  SegmentReader reader = SegmentReader::over(bytes_);
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, reader.find_offset(kBase + 5, kBase, index)));
}

TEST(SegmentReader, NamesWhatIsNotThere) {
  EXPECT_TRUE(failed_with(Outcome::kNotFound, SegmentReader::open("/nowhere/0.log")));
  EXPECT_TRUE(failed_with(Outcome::kFail, SegmentReader::open("/")));
}

TEST(SegmentReader, SourceThatGivesTooLittleIsCorrupt) {
  SegmentReader reader("object", 100, [](std::uint64_t, std::size_t) -> Result<Bytes> { return Bytes("x"); });
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, reader.find_offset(0, 0)));
}

}  // namespace
}  // namespace arkive::kafka
