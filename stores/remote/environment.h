/// Variables of the environment, by which stores are set up, behind a seam for tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "stores/core/result.h"

namespace arkive::remote {

/// Reads a variable of the environment; nothing when it is not set, or empty.
using Environment = std::function<std::optional<std::string>(const char* name)>;
/// That of this process.
Environment process_environment();

/// kUsage: `variable` has none of its values; `expected` names them.
tl::unexpected<Error> bad_value(const char* variable, const std::string& value, const std::string& expected);

/// What follows leaves `value` as it is when the variable is not set, and is kUsage for a value out of range.
/// How long a lock lasts: 3 s to 1 h.
Status take_lease(const Environment& environment, const char* variable, std::chrono::seconds& value);
/// `least` bytes to 1 GiB, a multiple of `unit`.
Status take_part_size(const Environment& environment, const char* variable, std::uint64_t least,
                      std::uint64_t unit, std::uint64_t& value);
/// yes or no.
Status take_switch(const Environment& environment, const char* variable, bool& value);

}  // namespace arkive::remote
