/// Deadline: the moment until which a command may try. Passed down absolute, so that all retries share one
/// budget.
#pragma once

#include <chrono>

namespace arkive {

using SteadyClock = std::chrono::steady_clock;

/// An absolute moment on the steady clock. A value; any thread.
class Deadline {
 public:
  /// Never passes.
  static Deadline never() { return Deadline(SteadyClock::time_point::max()); }
  static Deadline after(SteadyClock::duration span) { return Deadline(SteadyClock::now() + span); }
  static Deadline at(SteadyClock::time_point moment) { return Deadline(moment); }

  bool passed() const { return SteadyClock::now() >= moment_; }
  /// Time left, never negative; at most one day, so that it can be added to a time point or given to poll().
  std::chrono::milliseconds remaining() const;
  /// The earlier of this one and now + `span`.
  Deadline sooner(SteadyClock::duration span) const;
  SteadyClock::time_point moment() const { return moment_; }

 private:
  explicit Deadline(SteadyClock::time_point moment) : moment_(moment) {}
  SteadyClock::time_point moment_;
};

}  // namespace arkive
