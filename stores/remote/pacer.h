/// Pacer: keeps requests below the rate that a server bears, found by asking: a slower rate when it says that
/// it is too much, then towards the old one and slowly beyond it (the cubic growth of RFC 9438, as in the
/// "adaptive" mode of AWS' own clients). Never below one request a second.
#pragma once

#include <cstdint>
#include <mutex>

#include "stores/core/deadline.h"

namespace arkive::remote {

/// Any thread. Until the server complains for the first time, it does nothing.
class Pacer {
 public:
  using Moment = SteadyClock::time_point;
  /// Takes the next free moment for a request: how long to wait for it.
  SteadyClock::duration reserve(Moment now);
  /// The server took a request, or said that there were too many.
  void served(Moment now);
  void throttled(Moment now);
  /// Requests a second; 0: without a bound.
  double rate(Moment now) const;

 private:
  void measure(Moment now);
  double bound(Moment now) const;

  mutable std::mutex mutex_;
  bool bounded_ = false;
  double measured_ = 0;        ///< requests a second, smoothed
  std::uint64_t counted_ = 0;  ///< since measured_since_
  Moment measured_since_{};
  double last_most_ = 0;  ///< where the server complained
  Moment complained_{};
  Moment next_free_{};
};

/// Retries that a server may be burdened with: one for three requests, and 10 (rule R4 of
/// docs/reliability.md). A server that fails every fifth request is within it. Any thread.
class RetryBudget {
 public:
  void request();
  /// False: it is used up.
  bool take();

 private:
  std::mutex mutex_;
  std::uint64_t requests_ = 0;
  std::uint64_t retries_ = 0;
};

}  // namespace arkive::remote
