/// What a fuzzer demands besides not crashing.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace arkive::test {

/// Ends the process where `what` does not hold, so that the fuzzer keeps the input.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace arkive::test
