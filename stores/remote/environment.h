/// Variables of the environment, by which stores are set up, behind a seam for tests.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace arkive::remote {

/// Reads a variable of the environment; nothing when it is not set, or empty.
using Environment = std::function<std::optional<std::string>(const char* name)>;
/// That of this process.
Environment process_environment();

}  // namespace arkive::remote
