/// Names of any bytes as text of a JSON file, without loss: JSON takes UTF-8 only, and what replaces a wrong
/// byte makes two names one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stores/core/bytes.h"

namespace arkive::restore_plans {

/// UTF-8 as it is; a backslash twice; every byte that is no UTF-8 as \xNN (lower-case hex).
std::string exact_text(Bytes bytes);

/// The bytes again; nothing for what exact_text() does not write.
std::optional<std::string> bytes_of_exact_text(std::string_view text);

}  // namespace arkive::restore_plans
