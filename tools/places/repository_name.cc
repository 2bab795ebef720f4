#include "tools/places/repository_name.h"

#include <algorithm>
#include <cctype>

#include "stores/azure/settings.h"
#include "stores/gcs/settings.h"
#include "stores/s3/settings.h"

namespace arkive::tools {

namespace {
constexpr std::string_view kBucketScheme = "s3://";
constexpr std::string_view kGoogleBucketScheme = "gs://";
constexpr std::string_view kContainerScheme = "az://";

/// What stands before a path as though it said a kind of store: "ftp://", or "s3:" where a / was forgotten.
std::string_view scheme_of(std::string_view text) {
  if (const std::size_t slashes = text.find("://"); slashes != std::string_view::npos)
    return text.substr(0, slashes + 3);
  const std::size_t colon = text.find(':');
  const bool is_word = colon != std::string_view::npos && colon >= 2 &&
                       std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon),
                                   [](unsigned char c) { return std::isalnum(c) != 0; });
  return is_word ? text.substr(0, colon + 1) : std::string_view();
}

}  // namespace

Result<RepositoryName> RepositoryName::parse(std::string_view text, bool with_reference) {
  RepositoryName name;
  const std::string_view whole = text;
  if (text.starts_with("git:")) {
    name.kind = Kind::kGit;
    text.remove_prefix(4);
  } else if (text.starts_with("dir:")) {
    text.remove_prefix(4);
  } else if (text.starts_with(kBucketScheme)) {
    name.kind = Kind::kBucket;
    text.remove_prefix(kBucketScheme.size());
  } else if (text.starts_with(kGoogleBucketScheme)) {
    name.kind = Kind::kGoogleBucket;
    text.remove_prefix(kGoogleBucketScheme.size());
  } else if (text.starts_with(kContainerScheme)) {
    name.kind = Kind::kContainer;
    text.remove_prefix(kContainerScheme.size());
  } else if (const std::string_view scheme = scheme_of(text); !scheme.empty()) {
    return fail(Outcome::kUsage,
                "open '" + printable(whole) + "': no store is named by '" + printable(scheme) + "'",
                "give a directory (dir:/backup/store), a bucket (s3://bucket/prefix, gs://bucket/prefix, "
                "az://account/container/prefix) or a git history (git:/backup/zoo.git)");
  }
  if (with_reference) {
    const std::size_t slash = text.rfind('/');
    const std::size_t at = text.rfind('@');
    if (at != std::string_view::npos && (slash == std::string_view::npos || at > slash)) {
      name.reference = text.substr(at + 1);
      text = text.substr(0, at);
      if (name.reference.empty()) {
        return fail(Outcome::kUsage, "open '" + std::string(whole) + "': nothing stands after the @",
                    "give a run id or a time after it, or leave it out for the latest run");
      }
    }
  }
  if (text.empty()) return fail(Outcome::kUsage, "open '" + std::string(whole) + "': the path is empty");
  // "s3://bucket/" and "s3://bucket" are one place, and so are "store/" and "store".
  while ((name.is_remote() || text.size() > 1) && text.ends_with('/')) text.remove_suffix(1);
  if (name.kind == Kind::kBucket) ARKIVE_TRY(s3::Location::parse(text));
  if (name.kind == Kind::kGoogleBucket) ARKIVE_TRY(gcs::Location::parse(text));
  if (name.kind == Kind::kContainer) ARKIVE_TRY(azure::Location::parse(text));
  name.path = text;
  return name;
}

std::string RepositoryName::text() const {
  switch (kind) {
    case Kind::kGit:
      return "git:" + path;
    case Kind::kBucket:
      return std::string(kBucketScheme) + path;
    case Kind::kGoogleBucket:
      return std::string(kGoogleBucketScheme) + path;
    case Kind::kContainer:
      return std::string(kContainerScheme) + path;
    case Kind::kDirectory:
      break;
  }
  return "dir:" + path;
}

}  // namespace arkive::tools
