#include "stores/remote/environment.h"

#include <cstdlib>

#include "stores/core/bytes.h"
#include "stores/core/time.h"

namespace arkive::remote {
namespace {

constexpr std::uint64_t kMostBytes = 1ULL << 30;
constexpr std::chrono::seconds kShortestLease{3};
constexpr std::chrono::hours kLongestLease{1};

}  // namespace

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  };
}

tl::unexpected<Error> bad_value(const char* variable, const std::string& value, const std::string& expected) {
  return fail(Outcome::kUsage,
              "read " + std::string(variable) + ": '" + printable(value) + "' is none of its values",
              "give " + expected);
}

Status take_lease(const Environment& environment, const char* variable, std::chrono::seconds& value) {
  const auto text = environment(variable);
  if (!text) return ok();
  const auto lease = parse_duration(*text);
  if (!lease || *lease < kShortestLease || *lease > kLongestLease)
    return bad_value(variable, *text, "a time from 3s to 1h");
  value = std::chrono::duration_cast<std::chrono::seconds>(*lease);
  return ok();
}

Status take_part_size(const Environment& environment, const char* variable, std::uint64_t least,
                      std::uint64_t unit, std::uint64_t& value) {
  const auto text = environment(variable);
  if (!text) return ok();
  const auto size = parse_size(*text);
  if (!size || *size < least || *size > kMostBytes)
    return bad_value(variable, *text, "a size from " + human_size(least) + " to 1GiB");
  if (*size % unit != 0) return bad_value(variable, *text, "a multiple of " + human_size(unit));
  value = *size;
  return ok();
}

Status take_switch(const Environment& environment, const char* variable, bool& value) {
  const auto text = environment(variable);
  if (!text) return ok();
  if (*text != "yes" && *text != "no") return bad_value(variable, *text, "yes or no");
  value = *text == "yes";
  return ok();
}

}  // namespace arkive::remote
