/// The exit statuses of arkive: a fixed table (docs/exit-statuses.md).
#pragma once

#include "stores/core/result.h"

namespace arkive::tools {

enum ExitStatus : int {
  kWhole = 0,           ///< done, and whole
  kFailed = 1,          ///< failed
  kUsageError = 2,      ///< it cannot be done as it was asked: the command line, settings, the place named
  kNotWhole = 3,        ///< done, but something is missing; it is named
  kDamage = 4,          ///< verification found damage
  kGateRefused = 5,     ///< a gate of a plan refused
  kInterruptedExit = 6  ///< a signal ended the work at a safe point
};

/// kUsage is 2, kInterrupted 6, all other outcomes 1.
ExitStatus exit_status_of(const Error& error);

/// Prints "error: <what>" and "hint: <hint>" to standard error and returns exit_status_of(error).
ExitStatus report_error(const Error& error);

}  // namespace arkive::tools
