// The seek table of a compressed segment: written and read back, and never believed.
#include "kafka/archive/seek_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/support/results.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::failed_with;
using arkive::test::value_of;
using testing::HasSubstr;

constexpr std::uint64_t kStored = 10 + 20 + 30;
constexpr std::uint64_t kHeld = 100 + 200 + 300;

SeekTable three_frames() {
  SeekTable table;
  table.add(10, 100);
  table.add(20, 200);
  table.add(30, 300);
  return table;
}

Result<SeekTable> parse(const std::string& table, std::uint64_t stored = kStored,
                        std::uint64_t held = kHeld) {
  return SeekTable::parse(table, stored + table.size(), held);
}

std::string little_endian(std::uint32_t value) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<char>(value >> 8 * i & 0xff));
  return bytes;
}

TEST(SeekTable, ComesBackAsItWasWritten) {
  const SeekTable written = three_frames();
  const std::string bytes = written.encode();
  EXPECT_EQ(bytes.size(), 8 + 3 * 8 + 9U);
  EXPECT_EQ(value_of(SeekTable::size_from_footer(Bytes(bytes).substr(bytes.size() - 9))), bytes.size());
  EXPECT_EQ(value_of(parse(bytes)).frames(), written.frames());
}

TEST(SeekTable, FindsTheFrameOfEachByte) {
  const SeekTable table = three_frames();
  for (std::uint64_t byte = 0; byte < kHeld; ++byte) {
    const SeekTable::Frame& frame = table.frame_at(byte);
    EXPECT_TRUE(frame.at <= byte && byte < frame.at + frame.size) << byte;
  }
  EXPECT_EQ(table.frame_at(300).stored_at, 30U);
}

TEST(SeekTable, WithChecksumsIsReadToo) {
  std::string bytes = little_endian(0x184D2A5E) + little_endian(3 * 12 + 9);
  for (const std::uint32_t part : {10U, 100U, 1U, 20U, 200U, 2U, 30U, 300U, 3U}) bytes += little_endian(part);
  bytes += little_endian(3) + '\x80' + little_endian(0x8F92EAB1);
  EXPECT_EQ(value_of(parse(bytes)).frames(), three_frames().frames());
}

TEST(SeekTable, ThatDoesNotFitFileAndSegmentIsRefused) {
  const std::string bytes = three_frames().encode();
  for (const std::int64_t more : {-1, 1}) {
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, parse(bytes, kStored + static_cast<std::uint64_t>(more))));
    EXPECT_TRUE(
        failed_with(Outcome::kCorrupt, parse(bytes, kStored, kHeld + static_cast<std::uint64_t>(more))));
  }
}

TEST(SeekTable, WithFramesOfNothingOrOfTooMuchIsRefused) {
  for (const auto& [stored, held] : {std::pair<std::uint32_t, std::uint32_t>{0, 100},
                                     {10, 0},
                                     {10, SeekTable::kMostSize + 1},
                                     {0xffffffff, 100},
                                     {10, 0xffffffff}}) {
    SeekTable table = three_frames();
    table.add(stored, held);
    const auto read = parse(table.encode(), kStored + stored, kHeld + held);
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, read)) << stored << " " << held;
    EXPECT_THAT(read.error().what, HasSubstr("frame 3 has"));
  }
}

TEST(SeekTable, OfMoreFramesThanCanBeIsRefusedBeforeItIsRead) {
  const std::string footer = little_endian(0xffffffff) + '\0' + little_endian(0x8F92EAB1);
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, SeekTable::size_from_footer(footer)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, parse(footer)));
}

TEST(SeekTable, OfAKindThatIsNotKnownIsRefused) {
  std::string bytes = three_frames().encode();
  for (int bit = 2; bit < 7; ++bit) {
    bytes[bytes.size() - 5] = static_cast<char>(1 << bit);
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, parse(bytes))) << bit;
  }
}

TEST(SeekTable, WithAnyByteChangedIsRefusedOrStillFillsFileAndSegment) {
  const std::string sound = three_frames().encode();
  for (std::size_t size = 0; size < sound.size(); ++size) {
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, parse(sound.substr(0, size)))) << size;
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, parse(sound.substr(sound.size() - size)))) << size;
  }
  std::mt19937_64 random(20261121);
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = sound;
    for (int changes = 0; changes <= round % 3; ++changes) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    const auto read = parse(bytes);
    if (!read) {
      ++refused;
      continue;
    }
    std::uint64_t stored = 0;
    std::uint64_t held = 0;
    for (const SeekTable::Frame& frame : read->frames()) {
      ASSERT_EQ(frame.stored_at, stored);
      ASSERT_EQ(frame.at, held);
      stored += frame.stored_size;
      held += frame.size;
    }
    ASSERT_EQ(stored, kStored);
    ASSERT_EQ(held, kHeld);
  }
  EXPECT_GT(refused, 10'000);
}

}  // namespace
}  // namespace arkive::kafka::test
