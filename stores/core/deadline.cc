#include "stores/core/deadline.h"

#include <algorithm>

namespace arkive {

std::chrono::milliseconds Deadline::remaining() const {
  constexpr std::chrono::milliseconds kMost = std::chrono::hours(24);
  const auto now = SteadyClock::now();
  if (moment_ <= now) return std::chrono::milliseconds(0);
  // Rounded up: a caller that polls for the last half millisecond must not spin with a timeout of 0.
  const auto left = moment_ - now;
  return left >= kMost ? kMost : std::chrono::ceil<std::chrono::milliseconds>(left);
}

Deadline Deadline::sooner(SteadyClock::duration span) const {
  const auto now = SteadyClock::now();
  // Compared as spans: now + span may not be representable.
  if (moment_ <= now || moment_ - now <= span) return *this;
  return Deadline(now + span);
}

}  // namespace arkive
