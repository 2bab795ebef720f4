#include "stores/gcs/settings.h"

#include <algorithm>

#include "stores/store.h"

namespace arkive::gcs {
namespace {

constexpr std::size_t kLongestPrefix = 256;
constexpr std::size_t kLongestBucket = 222;

bool is_bucket(std::string_view name) {
  const auto letter_or_digit = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto good = [&](char c) { return letter_or_digit(c) || c == '.' || c == '-' || c == '_'; };
  return name.size() >= 3 && name.size() <= kLongestBucket && letter_or_digit(name.front()) &&
         letter_or_digit(name.back()) && name.find("..") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(), good);
}

}  // namespace

Result<Location> Location::parse(std::string_view text) {
  const std::string whole = "open 'gs://" + printable(text) + "': ";
  Location location;
  const std::size_t slash = std::min(text.find('/'), text.size());
  location.bucket = text.substr(0, slash);
  if (!is_bucket(location.bucket)) {
    return fail(Outcome::kUsage, whole + "'" + printable(location.bucket) + "' is no name of a bucket",
                "it has 3 to 63 lower-case letters, digits, dashes and underscores: gs://bucket/prefix");
  }
  text.remove_prefix(std::min(slash + 1, text.size()));
  while (text.ends_with('/')) text.remove_suffix(1);
  if (text.empty()) return location;
  if (text.size() > kLongestPrefix || !check_key(text)) {
    return fail(Outcome::kUsage, whole + "'" + printable(text) + "' cannot begin the keys of a store",
                "a prefix has at most 256 characters of printable ASCII, and no empty part, . or ..");
  }
  location.prefix = std::string(text) + "/";
  return location;
}

Settings completed(Settings settings) {
  if (!settings.endpoint.host.empty()) return settings;
  settings.endpoint.scheme = "https";
  settings.endpoint.host = "storage.googleapis.com";
  return settings;
}

}  // namespace arkive::gcs
