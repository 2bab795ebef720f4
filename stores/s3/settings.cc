#include "stores/s3/settings.h"

#include <algorithm>

#include "stores/remote/location.h"

namespace arkive::s3 {
namespace {

bool is_bucket(std::string_view name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  };
  return name.size() >= 3 && name.size() <= 63 && std::all_of(name.begin(), name.end(), good) &&
         name.front() != '.' && name.front() != '-' && name.back() != '.' && name.back() != '-' &&
         name.find("..") == std::string_view::npos;
}

}  // namespace

Result<Location> Location::parse(std::string_view text) {
  const std::string whole = "open 's3://" + printable(text) + "'";
  Location location;
  const std::size_t slash = std::min(text.find('/'), text.size());
  location.bucket = text.substr(0, slash);
  if (!is_bucket(location.bucket)) {
    return fail(Outcome::kUsage, whole + ": '" + printable(location.bucket) + "' is no name of a bucket",
                "it has 3 to 63 lower-case letters, digits, dots and dashes: s3://bucket/prefix");
  }
  text.remove_prefix(std::min(slash + 1, text.size()));
  ARKIVE_ASSIGN(location.prefix, remote::prefix_in(text, whole));
  return location;
}

Settings completed(Settings settings) {
  if (!settings.endpoint.host.empty()) return settings;
  settings.endpoint.scheme = "https";
  settings.endpoint.host =
      "s3." + settings.region + ".amazonaws.com" + (settings.region.starts_with("cn-") ? ".cn" : "");
  // A certificate for *.s3... covers no name with another dot.
  if (settings.location.bucket.find('.') != std::string::npos) settings.path_style = true;
  return settings;
}

}  // namespace arkive::s3
