/// How what a test disturbed has ended.
#pragma once

#include <cstdint>

namespace arkive::test {

/// As far as whoever did it was told.
enum class Ended : std::uint8_t { kDone, kFailed, kUnknown };

/// Of a program with the exit statuses of tests/support/fault_program.h.
inline Ended ended_with(int status) {
  return status == 0 ? Ended::kDone : status == 1 ? Ended::kFailed : Ended::kUnknown;
}

}  // namespace arkive::test
