/// The seal of a small JSON file: its field "seal" is the SHA-256 of the file without that field, so that a
/// changed byte shows. It guards against damage, not against people: anybody can compute it.
#pragma once

#include <string>
#include <string_view>

#include "stores/core/result.h"

namespace arkive {

/// `object` (a JSON object) as it stands on disk: keys sorted, indented by two spaces, a newline at the end,
/// with its seal. Text that is no UTF-8 gets U+FFFD in its place.
std::string sealed_json(std::string_view object);

/// kCorrupt when `file` is no JSON object, has no seal or one that does not fit, or is not written as
/// sealed_json() does (a key twice, other white space).
Status check_seal(std::string_view file);

}  // namespace arkive
