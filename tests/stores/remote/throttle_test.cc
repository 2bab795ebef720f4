// Clients of a server that really takes no more than so many requests a second (test 12 of
// docs/reliability.md; in simulated time: pacer_test.cc). --full: for five minutes, and the rate is looked
// at.
#include <atomic>
#include <thread>

#include "tests/stores/remote/scripted_kinds.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

using std::chrono::duration;
using std::chrono::seconds;

/// A token bucket, as servers keep one.
class Limit {
 public:
  explicit Limit(double a_second) : a_second_(a_second), tokens_(a_second / 10) {}
  bool take() {
    const std::lock_guard lock(mutex_);
    const auto now = SteadyClock::now();
    tokens_ = std::min(a_second_ / 10, tokens_ + a_second_ * duration<double>(now - filled_).count());
    filled_ = now;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  std::mutex mutex_;
  const double a_second_;
  double tokens_;
  SteadyClock::time_point filled_ = SteadyClock::now();
};

class Throttled : public ScriptedTest {
 protected:
  static constexpr double kLimit = 100;

  struct Counted {
    std::size_t served = 0;  ///< once the clients had settled
    std::size_t refused = 0;
    double seconds = 0;
    std::size_t complaints = 0;  ///< from the beginning
    std::size_t written = 0;
    std::size_t lost = 0;
  };

  /// So many clients, each with a store of its own, write for so long; what comes in the first part of it is
  /// not counted.
  Counted run(std::size_t clients, seconds settling, seconds counted) {
    Limit limit(kLimit);
    std::atomic<bool> counting{false};
    std::atomic<std::size_t> served{0};
    std::atomic<std::size_t> refused{0};
    std::atomic<std::size_t> complaints{0};
    std::atomic<std::size_t> written{0};
    std::atomic<std::size_t> lost{0};
    server().before = [&](const HttpRequest&, std::size_t) -> std::optional<HttpReply> {
      const bool taken = limit.take();
      if (!taken) ++complaints;
      if (counting) ++(taken ? served : refused);
      if (taken) return std::nullopt;
      return GetParam().too_many.front();
    };
    const auto begun = SteadyClock::now();
    const auto from = begun + settling;
    const auto to = from + counted;
    std::vector<std::jthread> threads;
    for (std::size_t client = 0; client < clients; ++client) {
      threads.emplace_back([&, client] {
        const auto store = open({.retries = {}});
        for (std::size_t i = 0; SteadyClock::now() < to; ++i) {
          const std::string key = std::to_string(client) + "/" + std::to_string(i);
          const Status done =
              store->put(key, key, PutMode::kCreateOnly, Deadline::after(std::chrono::minutes(2)));
          if (done) ++written;
          if (done && object(key) != key) ++lost;
          if (SteadyClock::now() >= from) counting = true;
        }
        counting = false;  // the others end, too
      });
    }
    threads.clear();
    server().before = {};
    return {served, refused, duration<double>(counted).count(), complaints, written, lost};
  }

  void expect_settled(const Counted& counted, const std::string& who) {
    EXPECT_EQ(counted.lost, 0U);
    EXPECT_GT(counted.written, 0U);
    const std::size_t asked = counted.served + counted.refused;
    std::printf("%s: %zu written, %zu complaints, then %zu of %zu refused, %.1f a second\n", who.c_str(),
                counted.written, counted.complaints, counted.refused, asked,
                static_cast<double>(counted.served) / counted.seconds);
    if (!full_form()) return;
    EXPECT_LE(static_cast<double>(counted.refused), 0.05 * static_cast<double>(asked));
    EXPECT_GE(static_cast<double>(counted.served), 0.9 * kLimit * counted.seconds);
    scoreboard(GetParam().name + "_throttle_" + who, 0, counted.complaints, counted.complaints, counted.lost);
  }
};

TEST_P(Throttled, OneClientSettlesBelowWhatTheServerBearsAndLosesNothing) {
  expect_settled(full_form() ? run(1, seconds(30), seconds(270)) : run(1, seconds(5), seconds(5)), "one");
}

TEST_P(Throttled, ManyClientsDoSoTogether) {
  expect_settled(full_form() ? run(32, seconds(60), seconds(240)) : run(32, seconds(5), seconds(5)), "many");
}

INSTANTIATE_TEST_SUITE_P(Remote, Throttled, testing::ValuesIn(scripted_kinds()), scripted_kind_name);

}  // namespace
}  // namespace arkive::test
