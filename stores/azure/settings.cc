#include "stores/azure/settings.h"

#include <algorithm>

#include "stores/remote/location.h"

namespace arkive::azure {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_account(std::string_view name) {
  return name.size() >= 3 && name.size() <= 24 && std::all_of(name.begin(), name.end(), is_letter_or_digit);
}

bool is_container(std::string_view name) {
  return name.size() >= 3 && name.size() <= 63 && is_letter_or_digit(name.front()) &&
         is_letter_or_digit(name.back()) && name.find("--") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

}  // namespace

Result<Location> Location::parse(std::string_view text) {
  const std::string whole = "open 'az://" + printable(text) + "'";
  const auto take = [&] {
    const std::size_t slash = std::min(text.find('/'), text.size());
    std::string part(text.substr(0, slash));
    text.remove_prefix(std::min(slash + 1, text.size()));
    return part;
  };
  Location location;
  location.account = take();
  if (!is_account(location.account)) {
    return fail(Outcome::kUsage, whole + ": '" + printable(location.account) + "' is no name of an account",
                "it has 3 to 24 lower-case letters and digits: az://account/container/prefix");
  }
  location.container = take();
  if (!is_container(location.container)) {
    return fail(Outcome::kUsage,
                whole + ": '" + printable(location.container) + "' is no name of a container",
                "it has 3 to 63 lower-case letters, digits and single dashes: az://account/container/prefix");
  }
  ARKIVE_ASSIGN(location.prefix, remote::prefix_in(text, whole));
  return location;
}

Settings completed(Settings settings) {
  if (!settings.endpoint.host.empty()) return settings;
  settings.endpoint.scheme = "https";
  settings.endpoint.host = settings.location.account + ".blob.core.windows.net";
  return settings;
}

}  // namespace arkive::azure
