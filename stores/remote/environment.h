/// Variables of the environment, by which stores are set up, behind a seam for tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/result.h"

namespace arkive::remote {

/// The variables of an environment. Any thread.
class Environment {
 public:
  explicit Environment(std::map<std::string, std::string> variables) : variables_(std::move(variables)) {}
  /// Nothing when it is not set, or empty.
  std::optional<std::string> operator()(const char* name) const;
  /// The names of those that are neither and begin so.
  std::vector<std::string> beginning_with(std::string_view prefix) const;

 private:
  std::map<std::string, std::string> variables_;
};
/// That of this process, as it is now.
Environment process_environment();

/// kUsage: `variable` has none of its values; `expected` names them.
tl::unexpected<Error> bad_value(const char* variable, const std::string& value, const std::string& expected);

/// kUsage for a variable that begins so and is none of `known`, with the nearest of these: nobody would
/// notice that it does nothing.
Status check_names(const Environment& environment, std::string_view prefix,
                   const std::vector<std::string>& known);

/// What follows leaves `value` as it is when the variable is not set, and is kUsage for a value out of range.
/// How long a lock lasts: 3 s to 1 h.
Status take_lease(const Environment& environment, const char* variable, std::chrono::seconds& value);
/// `least` bytes to 1 GiB, a multiple of `unit`.
Status take_part_size(const Environment& environment, const char* variable, std::uint64_t least,
                      std::uint64_t unit, std::uint64_t& value);
/// yes or no.
Status take_switch(const Environment& environment, const char* variable, bool& value);

}  // namespace arkive::remote
