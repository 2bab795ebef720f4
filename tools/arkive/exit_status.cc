#include "tools/arkive/exit_status.h"

#include <cstdio>

#include "stores/core/bytes.h"

namespace arkive::tools {

ExitStatus exit_status_of(const Error& error) {
  if (error.outcome == Outcome::kUsage) return kUsageError;
  if (error.outcome == Outcome::kInterrupted) return kInterruptedExit;
  return kFailed;
}

ExitStatus report_error(const Error& error) {
  std::fflush(stdout);
  std::fprintf(stderr, "error: %s\n", printable(error.what).c_str());
  if (!error.hint.empty()) std::fprintf(stderr, "hint: %s\n", printable(error.hint).c_str());
  return exit_status_of(error);
}

}  // namespace arkive::tools
