#include "stores/gcs/settings.h"

#include <algorithm>
#include <array>

#include "stores/remote/location.h"

namespace arkive::gcs {
namespace {

constexpr std::size_t kLongestBucket = 222;
constexpr std::uint64_t kUnit = 256ULL << 10;
constexpr std::array<std::string_view, 4> kClasses = {"STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE"};

bool is_bucket(std::string_view name) {
  const auto letter_or_digit = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto good = [&](char c) { return letter_or_digit(c) || c == '.' || c == '-' || c == '_'; };
  return name.size() >= 3 && name.size() <= kLongestBucket && letter_or_digit(name.front()) &&
         letter_or_digit(name.back()) && name.find("..") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(), good);
}

}  // namespace

Result<Location> Location::parse(std::string_view text) {
  const std::string whole = "open 'gs://" + printable(text) + "'";
  Location location;
  const std::size_t slash = std::min(text.find('/'), text.size());
  location.bucket = text.substr(0, slash);
  if (!is_bucket(location.bucket)) {
    return fail(Outcome::kUsage, whole + ": '" + printable(location.bucket) + "' is no name of a bucket",
                "it has 3 to 63 lower-case letters, digits, dashes and underscores: gs://bucket/prefix");
  }
  text.remove_prefix(std::min(slash + 1, text.size()));
  ARKIVE_ASSIGN(location.prefix, remote::prefix_in(text, whole));
  return location;
}

Settings completed(Settings settings) {
  if (!settings.endpoint.host.empty()) return settings;
  settings.endpoint.scheme = "https";
  settings.endpoint.host = "storage.googleapis.com";
  return settings;
}

Status check_settings(const Settings& settings) {
  const auto bad = [&](const std::string& what, const std::string& hint) {
    return fail(Outcome::kUsage, "open 'gs://" + settings.location.bucket + "': " + what, hint);
  };
  if (settings.part_bytes == 0 || settings.part_bytes % kUnit != 0)
    return bad("pieces of uploads are multiples of 256 KiB", "");
  const std::string& wanted = settings.storage_class;
  if (!wanted.empty() && std::find(kClasses.begin(), kClasses.end(), wanted) == kClasses.end())
    return bad("no storage class is called '" + printable(wanted) + "'",
               "give STANDARD, NEARLINE, COLDLINE or ARCHIVE");
  return ok();
}

}  // namespace arkive::gcs
