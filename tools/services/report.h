/// What stands where: printed by `services start` and `services status`.
#pragma once

#include "stores/core/result.h"
#include "tools/services/placed.h"

namespace arkive::tools::services {

/// Prints key=value lines that a shell can source (values quoted where need be), or one JSON object. True
/// when every server serves.
bool report(Placed& placed, bool as_json);

/// `text` as one word of a POSIX shell.
std::string shell_word(const std::string& text);

}  // namespace arkive::tools::services
