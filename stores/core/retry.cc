#include "stores/core/retry.h"

#include <algorithm>
#include <thread>

#include "stores/core/interrupt.h"

namespace arkive {

Backoff::Backoff(RetryPolicy policy, std::optional<std::uint64_t> seed)
    : policy_(policy), bound_(std::min(policy.first, policy.longest)), seed_(seed) {}

std::chrono::milliseconds Backoff::next() {
  std::uniform_int_distribution<std::chrono::milliseconds::rep> pauses(0, bound_.count());
  if (!random_) random_.emplace(seed_ ? *seed_ : std::random_device{}());
  const std::chrono::milliseconds pause(pauses(*random_));
  // Compared before doubling, so that a huge `longest` cannot overflow.
  bound_ = bound_ > policy_.longest / 2 ? policy_.longest : bound_ * 2;
  return pause;
}

bool pause_for(std::chrono::milliseconds span, Deadline deadline) {
  // A signal that came before the pause does not cut it: what cleans up after an interrupt may retry too.
  constexpr std::chrono::milliseconds kSlice(100);
  const bool interrupted_before = interrupted();
  const Deadline end = deadline.sooner(span);
  while (!end.passed()) {
    std::this_thread::sleep_for(std::min(kSlice, end.remaining()));
    if (!interrupted_before && interrupted()) return false;
  }
  return true;
}

}  // namespace arkive
