/// Text in a field of a list: one line, no TAB, valid UTF-8, readable where it can be.
#pragma once

#include <string>
#include <string_view>

#include "stores/core/bytes.h"
#include "stores/core/result.h"

namespace arkive::zk {

/// `%`, controls and what is not UTF-8 as %XX.
std::string escape_field(Bytes text);
/// kCorrupt for what escape_field cannot have made.
Result<std::string> unescape_field(std::string_view text);

/// "%XX" with upper-case digits.
void append_percent(std::string& to, char byte);
/// Undoes %XX wherever it stands. kCorrupt for a `%` without two upper-case hex digits.
Result<std::string> undo_percents(std::string_view text);

}  // namespace arkive::zk
