/// The command line of `record_producer`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "stores/core/result.h"

namespace arkive::producer {

/// Parses the words after the program's name and gives the command to run. --help prints and gives one that
/// does nothing. kUsage when the words make no sense.
Result<std::function<Status()>> parse(std::vector<std::string> words);

}  // namespace arkive::producer
