#include "stores/remote/environment.h"

#include <unistd.h>

#include <algorithm>

#include "stores/core/bytes.h"
#include "stores/core/nearest_word.h"
#include "stores/core/time.h"

namespace arkive::remote {
namespace {

constexpr std::uint64_t kMostBytes = 1ULL << 30;
constexpr std::chrono::seconds kShortestLease{3};
constexpr std::chrono::hours kLongestLease{1};

/// Kubernetes gives every container the address of every service by its name: one that is called "arkive-s3"
/// is no misspelt setting.
bool is_address_of_service(const std::string& name) {
  if (name.find("_SERVICE_HOST") != std::string::npos || name.find("_SERVICE_PORT") != std::string::npos)
    return true;
  const std::string port = "_PORT";
  const std::size_t at = name.rfind(port + "_");
  const std::size_t number = at + port.size() + 1;
  return name.ends_with(port) ||
         (at != std::string::npos && number < name.size() && name[number] >= '0' && name[number] <= '9');
}

}  // namespace

Environment process_environment() {
  std::map<std::string, std::string> variables;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    const std::string_view line = *each;
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos)
      variables.emplace(line.substr(0, equals), line.substr(equals + 1));  // the first one, as getenv
  }
  return Environment(std::move(variables));
}

std::optional<std::string> Environment::operator()(const char* name) const {
  const auto found = variables_.find(name);
  if (found == variables_.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

std::vector<std::string> Environment::beginning_with(std::string_view prefix) const {
  std::vector<std::string> names;
  for (const auto& [name, value] : variables_) {
    if (name.starts_with(prefix) && !value.empty()) names.push_back(name);
  }
  return names;
}

Status check_names(const Environment& environment, std::string_view prefix,
                   const std::vector<std::string>& known) {
  for (const std::string& name : environment.beginning_with(prefix)) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    if (is_address_of_service(name)) continue;
    const std::string nearest = nearest_word(name, known);
    return fail(
        Outcome::kUsage, "read " + printable(name) + ": there is no such setting",
        nearest.empty() ? "unset it; docs/stores.md names those there are" : "did you mean " + nearest + "?");
  }
  return ok();
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
