#include "stores/remote/pacer.h"

#include <gtest/gtest.h>

#include <random>

namespace arkive::test {
namespace {

using namespace remote;  // NOLINT(google-build-using-namespace): what is tested
using std::chrono::duration;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

/// Clients that ask a server which bears so many requests a second; time is simulated.
struct Simulation {
  double served = 0;
  double refused = 0;

  /// Of `clients`, each with a pacer of its own, from `from` to `to` seconds. `limit`: a second.
  static Simulation run(int clients, double limit, double from, double to) {
    Simulation counted;
    std::vector<Pacer> pacers(static_cast<std::size_t>(clients));
    const Pacer::Moment begin = Pacer::Moment{} + std::chrono::hours(1);
    std::vector<Pacer::Moment> next(pacers.size(), begin);
    double tokens = limit / 10;  // a token bucket, as servers keep one
    Pacer::Moment filled = begin;
    for (;;) {
      const auto first = static_cast<std::size_t>(std::min_element(next.begin(), next.end()) - next.begin());
      const Pacer::Moment now = next[first];
      const double at = duration<double>(now - begin).count();
      if (at >= to) return counted;
      tokens = std::min(limit / 10, tokens + limit * duration<double>(now - filled).count());
      filled = now;
      const bool taken = tokens >= 1;
      if (taken) {
        tokens -= 1;
        pacers[first].served(now);
      } else {
        pacers[first].throttled(now);
      }
      if (at >= from) (taken ? counted.served : counted.refused) += 1;
      const auto wait = pacers[first].reserve(now + milliseconds(1));
      next[first] = now + milliseconds(1) + wait;
    }
  }
};

TEST(Pacer, DoesNothingUntilTheServerComplains) {
  Pacer pacer;
  Pacer::Moment now{std::chrono::hours(1)};
  for (int i = 0; i < 1000; ++i) {
    now += milliseconds(1);
    EXPECT_EQ(pacer.reserve(now), SteadyClock::duration::zero());
    pacer.served(now);
  }
  EXPECT_EQ(pacer.rate(now), 0);
}

TEST(Pacer, SettlesWithinATenthOfWhatTheServerBears) {
  for (const double limit : {20.0, 100.0, 400.0}) {
    const Simulation counted = Simulation::run(1, limit, 30, 120);
    EXPECT_GT(counted.served / 90, 0.9 * limit) << limit;
    EXPECT_LT((counted.served + counted.refused) / 90, 1.1 * limit) << limit;
    EXPECT_LE(counted.refused, 0.05 * (counted.served + counted.refused)) << limit;
  }
}

TEST(Pacer, OfManyClientsNeverDrownsTheServer) {
  const Simulation counted = Simulation::run(32, 100, 60, 180);
  EXPECT_GT(counted.served / 120, 80);
  EXPECT_LE(counted.refused, 0.05 * (counted.served + counted.refused));
}

TEST(Pacer, GrowsAgainWhenTheServerBearsMore) {
  Pacer pacer;
  Pacer::Moment now{std::chrono::hours(1)};
  for (int i = 0; i < 100; ++i) {
    now += milliseconds(10);
    pacer.served(now);
  }
  pacer.throttled(now);
  const double after = pacer.rate(now);
  EXPECT_LT(after, 100);
  EXPECT_GT(pacer.rate(now + std::chrono::seconds(60)), after * 2);
}

TEST(RetryBudget, BearsOneForThreeRequestsAndTen) {
  RetryBudget budget;
  int taken = 0;
  while (budget.take()) ++taken;
  EXPECT_EQ(taken, 10);
  for (int i = 0; i < 100; ++i) budget.request();
  while (budget.take()) ++taken;
  EXPECT_EQ(taken, 43);
}

}  // namespace
}  // namespace arkive::test
