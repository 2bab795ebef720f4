// The memory of the parts of uploads.
#include "stores/remote/part_buffer.h"

#include <gtest/gtest.h>

#include "stores/remote/parts_under_way.h"

namespace arkive::remote {
namespace {

TEST(PartBuffer, TakesBytesUpToItsCapacity) {
  PartBuffer buffer(10);
  EXPECT_EQ(buffer.append("01234567"), 8U);
  EXPECT_EQ(buffer.append("89ab"), 2U);
  EXPECT_EQ(buffer.append("c"), 0U);
  EXPECT_EQ(buffer.bytes(), "0123456789");
  buffer.clear();
  EXPECT_EQ(buffer.bytes(), "");
  EXPECT_EQ(buffer.capacity(), 10U);
}

TEST(PartBuffer, HasNothingAfterItWasMoved) {
  PartBuffer from(10);
  from.append("bytes");
  PartBuffer to(std::move(from));
  EXPECT_EQ(to.bytes(), "bytes");
  EXPECT_EQ(from.capacity(), 0U);  // NOLINT(bugprone-use-after-move): that is what is looked at
  EXPECT_EQ(from.append("x"), 0U);
  from = std::move(to);
  EXPECT_EQ(from.bytes(), "bytes");
}

TEST(PartsUnderWay, GivesOutABufferThatIsLargeEnoughBeforeItMakesOne) {
  PartsUnderWay parts(2);
  const auto given_back = [&](std::size_t capacity) {
    PartBuffer buffer(capacity);
    buffer.append("x");
    const char* const memory = buffer.bytes().data();
    parts.give_back(std::move(buffer));
    return memory;
  };
  const char* const small = given_back(5'000);
  const char* const large = given_back(10'000);
  const PartBuffer first = parts.take_buffer(6'000);
  EXPECT_EQ(first.bytes().data(), large);
  EXPECT_EQ(first.size(), 0U);
  const PartBuffer second = parts.take_buffer(6'000);
  EXPECT_EQ(second.capacity(), 6'000U);
  EXPECT_EQ(parts.take_buffer(5'000).bytes().data(), small);
}

TEST(PartsUnderWay, KeepsNoMoreBuffersThanPartsCanBeOnTheirWay) {
  PartsUnderWay parts(2);
  for (int i = 0; i < 3; ++i) parts.give_back(PartBuffer(10));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(parts.take_buffer(1).capacity(), 10U);
  EXPECT_EQ(parts.take_buffer(1).capacity(), 1U);
  parts.give_back(PartBuffer());
  EXPECT_EQ(parts.take_buffer(1).capacity(), 1U);
  // The large ones, once parts have become larger.
  for (const std::size_t capacity : {10, 10, 20, 20, 10}) parts.give_back(PartBuffer(capacity));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(parts.take_buffer(1).capacity(), 20U);
}

}  // namespace
}  // namespace arkive::remote
