/// What is the same about the names of all stores behind a network.
#pragma once

#include <string>
#include <string_view>

#include "stores/core/result.h"

namespace arkive::remote {

/// The beginning of a store's keys that stands behind the name of its bucket: "", or "a/b/" of "a/b" and
/// "a/b/". kUsage for what cannot begin a key (Store's rules) or is longer than 256 characters; `operation`
/// is what the error begins with: "open 's3://bucket/a//b'".
Result<std::string> prefix_in(std::string_view text, const std::string& operation);

}  // namespace arkive::remote
