#include "stores/core/retry.h"

#include <gtest/gtest.h>

#include "tests/support/results.h"

namespace arkive {
namespace {

using std::chrono::milliseconds;
using test::failed_with;
using test::succeeded;

constexpr RetryPolicy kQuick{milliseconds(1), milliseconds(2), 10};

TEST(Deadline, LeavesNeverLessThanNothingAndAtMostADay) {
  EXPECT_EQ(Deadline::never().remaining(), std::chrono::hours(24));
  EXPECT_EQ(Deadline::at(SteadyClock::now() - milliseconds(5)).remaining(), milliseconds(0));
  EXPECT_EQ(Deadline::at(SteadyClock::time_point::min()).remaining(), milliseconds(0));
  const auto left = Deadline::after(milliseconds(10'000)).remaining();
  EXPECT_LE(left, milliseconds(10'000));
  EXPECT_GT(left, milliseconds(9'000));
  EXPECT_FALSE(Deadline::never().passed());
  EXPECT_TRUE(Deadline::after(milliseconds(0)).passed());
}

TEST(Deadline, SoonerTakesTheEarlierOne) {
  const auto near = Deadline::after(milliseconds(50));
  EXPECT_EQ(near.sooner(std::chrono::hours(1)).moment(), near.moment());
  EXPECT_LT(Deadline::never().sooner(std::chrono::hours(1)).remaining(), std::chrono::hours(2));
  EXPECT_EQ(near.sooner(SteadyClock::duration::max()).moment(), near.moment());
  EXPECT_EQ(Deadline::never().sooner(SteadyClock::duration::max()).passed(), false);
}

TEST(Backoff, PausesStayBelowABoundThatDoublesToTheLongest) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  for (std::uint64_t round = 0; round < 1000; ++round) {
    Backoff backoff({}, seed + round);
    milliseconds bound(100);
    for (int i = 0; i < 15; ++i) {
      const auto pause = backoff.next();
      ASSERT_GE(pause, milliseconds(0));
      ASSERT_LE(pause, bound);
      bound = std::min(bound * 2, milliseconds(30'000));
    }
  }
}

TEST(Backoff, PausesAreSpreadOverTheWholeSpan) {
  int low = 0;
  int high = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const auto pause = Backoff({}, seed).next();
    low += pause < milliseconds(25) ? 1 : 0;
    high += pause > milliseconds(75) ? 1 : 0;
  }
  EXPECT_GT(low, 150);
  EXPECT_GT(high, 150);
}

TEST(Retry, GoesOnUntilTheCallSucceeds) {
  int calls = 0;
  const auto result = retry(kQuick, Deadline::never(), [&]() -> Result<int> {
    if (++calls < 4) return fail(Outcome::kRetry, "busy");
    return calls;
  });
  ASSERT_TRUE(succeeded(result));
  EXPECT_EQ(*result, 4);
}

TEST(Retry, GivesUpAtOnceOnAnythingThatCannotPass) {
  int calls = 0;
  const auto result = retry(kQuick, Deadline::never(), [&]() -> Status {
    ++calls;
    return fail(Outcome::kDenied, "no");
  });
  EXPECT_TRUE(failed_with(Outcome::kDenied, result));
  EXPECT_EQ(calls, 1);
}

TEST(Retry, EndsAfterTheTriesOfThePolicyWithTheLastError) {
  int calls = 0;
  const auto result = retry(kQuick, Deadline::never(), [&]() -> Status {
    return fail(Outcome::kRetry, "busy " + std::to_string(++calls));
  });
  ASSERT_TRUE(failed_with(Outcome::kRetry, result));
  EXPECT_EQ(result.error().what, "busy 10");
}

TEST(Retry, EndsWithTheDeadline) {
  const RetryPolicy patient{std::chrono::hours(10), std::chrono::hours(10), 1000};
  const auto began = SteadyClock::now();
  const auto result = retry(patient, Deadline::after(milliseconds(100)),
                            [&]() -> Status { return fail(Outcome::kRetry, "busy"); });
  EXPECT_TRUE(failed_with(Outcome::kRetry, result));
  EXPECT_LT(SteadyClock::now() - began, milliseconds(20'000));
}

}  // namespace
}  // namespace arkive
