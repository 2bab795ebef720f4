/// Usage errors that say what was probably meant.
#pragma once

#include <string>
#include <vector>

#include "stores/core/result.h"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace arkive::tools {

/// The kUsage error for what CLI11 refused: lower case, the option quoted, the nearest known word and the
/// command's help as hint.
Error usage_error(const CLI::App& app, const CLI::ParseError& error,
                  const std::vector<std::string>& arguments);

}  // namespace arkive::tools
