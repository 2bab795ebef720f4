/// The command line of `services`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "stores/core/result.h"

namespace arkive::tools::services {

/// Parses the words after the program's name and gives the command to run (it returns the exit status).
/// --help prints and gives one that does nothing. kUsage when the words make no sense.
Result<std::function<Result<int>()>> parse(std::vector<std::string> words);

}  // namespace arkive::tools::services
