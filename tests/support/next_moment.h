/// Runs are told apart and ordered by the millisecond in which they began.
#pragma once

#include <thread>

#include "stores/core/time.h"

namespace arkive::test {

/// Returns in a later millisecond than it was called in.
inline void until_next_moment() {
  const UnixMilliseconds called = wall_clock_now();
  while (wall_clock_now() <= called) std::this_thread::yield();
}

}  // namespace arkive::test
