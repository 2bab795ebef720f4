/// Retrying with full jitter within one deadline (rule R4 of docs/reliability.md): 100 ms doubling to 30 s.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>

#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive {

struct RetryPolicy {
  std::chrono::milliseconds first{100};  ///< bound of the first pause
  std::chrono::milliseconds longest{30'000};
  int most_tries = 10;  ///< per request
};

/// The pauses between tries. Costs nothing before the first one. Not thread-safe.
class Backoff {
 public:
  /// Without a seed: one of the system's.
  explicit Backoff(RetryPolicy policy = {}, std::optional<std::uint64_t> seed = {});
  /// The next pause: uniform between 0 and a bound that doubles each time.
  std::chrono::milliseconds next();

 private:
  RetryPolicy policy_;
  std::chrono::milliseconds bound_;
  std::optional<std::uint64_t> seed_;
  std::optional<std::mt19937_64> random_;  ///< from the first pause on
};

/// Calls `attempt` until it succeeds, fails with anything but kRetry, runs out of tries, `deadline` passes,
/// or SIGINT or SIGTERM comes during a pause. The last error is returned.
template <class Attempt>
auto retry(const RetryPolicy& policy, Deadline deadline, Attempt attempt) -> decltype(attempt());

/// Sleeps `span`, but not beyond `deadline`. False when SIGINT or SIGTERM came meanwhile and cut it short.
bool pause_for(std::chrono::milliseconds span, Deadline deadline);

template <class Attempt>
auto retry(const RetryPolicy& policy, Deadline deadline, Attempt attempt) -> decltype(attempt()) {
  Backoff backoff(policy);
  for (int tries = 1;; ++tries) {
    auto result = attempt();
    if (result || result.error().outcome != Outcome::kRetry || tries >= policy.most_tries ||
        deadline.passed())
      return result;
    if (!pause_for(backoff.next(), deadline)) return result;
  }
}

}  // namespace arkive
