#include "zk/client/size_estimate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace arkive::zk {
namespace {

constexpr std::uint64_t kMebibyte = 1 << 20;

TEST(SizeEstimate, TakesEveryZnodeForTheLargestBeforeItHasSeenAny) {
  const SizeEstimate estimate;
  EXPECT_EQ(estimate.of(16), 16 * kMebibyte);
  EXPECT_EQ(estimate.of(0), 0U);
}

TEST(SizeEstimate, TrustsSmallZnodesMoreTheMoreItHasSeen) {
  SizeEstimate estimate;
  std::uint64_t before = estimate.of(256);
  for (int i = 0; i < 100'000; ++i) {
    estimate.saw(120);
    if (i % 10'000 == 9'999) {
      EXPECT_LT(estimate.of(256), before);
      before = estimate.of(256);
    }
  }
  EXPECT_LT(estimate.of(4096), 16 * kMebibyte);
  EXPECT_GE(estimate.of(256), 256U * 120U);
}

TEST(SizeEstimate, NeverGoesBelowWhatItHasSeen) {
  SizeEstimate estimate;
  for (int i = 0; i < 1000; ++i) estimate.saw(900'000);
  EXPECT_GE(estimate.of(16), 16U * 900'000U);
  EXPECT_LE(estimate.of(16), 16U * kMebibyte + kMebibyte);
  estimate.saw(30 * kMebibyte);
  EXPECT_GE(estimate.of(1), kMebibyte);
}

// The promise itself: whatever the sizes, asked for in random order with as many under way as the estimate
// allows, what is under way stays below the limit.
TEST(SizeEstimate, KeepsWhatIsUnderWayBelowTheLimitForSizesOfEveryKind) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  constexpr std::uint64_t kLimit = 64 * kMebibyte;
  for (int round = 0; round < 300; ++round) {
    const std::size_t count = 100 + random() % 5000;
    const std::size_t large = random() % 3 == 0 ? 0 : random() % count;
    const std::uint64_t large_size = random() % kMebibyte;
    std::vector<std::uint64_t> sizes;
    for (std::size_t i = 0; i < count; ++i) {
      sizes.push_back(i < large ? large_size : (random() % 2 == 0 ? 120 : random() % 20'000));
    }
    std::shuffle(sizes.begin(), sizes.end(), random);
    SizeEstimate estimate;
    std::size_t answered = 0;
    std::size_t asked = 0;
    std::uint64_t under_way = 0;
    while (answered < count) {
      while (asked < count && (asked == answered || estimate.of(asked - answered + 1) <= kLimit)) {
        under_way += sizes[asked++];
        ASSERT_LE(under_way, kLimit);
      }
      under_way -= sizes[answered];
      estimate.saw(sizes[answered++]);
    }
  }
}

}  // namespace
}  // namespace arkive::zk
