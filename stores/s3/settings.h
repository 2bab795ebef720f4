/// What is to be known of a bucket.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "stores/core/result.h"
#include "stores/core/retry.h"
#include "stores/http/url.h"
#include "stores/s3/dialect.h"

namespace arkive::s3 {

/// "bucket/prefix": what stands behind "s3://".
struct Location {
  std::string bucket = {};
  std::string prefix = {};  ///< "", or "a/b/"

  /// kUsage for what is no name of a bucket (3 to 63 lower-case letters, digits, '.', '-') or no beginning of
  /// a key (Store's rules).
  static Result<Location> parse(std::string_view text);
};

/// How long an object must not be removed or replaced (S3 Object Lock).
struct Retention {
  enum class Mode : std::uint8_t { kNone, kGovernance, kCompliance };
  Mode mode = Mode::kNone;
  std::chrono::seconds span{0};
};

struct Settings {
  Location location = {};
  Family family = Family::kAmazon;
  std::string region = "us-east-1";
  http::Url endpoint = {};                   ///< without the bucket; empty host: that of AWS in the region
  bool path_style = false;                   ///< the bucket stands in the path, not in the host's name
  std::string certificate_authorities = {};  ///< a PEM file; empty: the system's
  bool allow_plain_http = false;             ///< beyond loopback
  std::string storage_class = {};            ///< of what begin() writes; empty: the bucket's own
  std::string encryption = {};               ///< by the server: "AES256", "aws:kms"; empty: the bucket's own
  std::string kms_key = {};                  ///< with "aws:kms"; empty: the account's own
  Retention retention = {};

  std::uint64_t part_bytes = 8ULL << 20;  ///< of multipart uploads, 5 MiB at least
  std::size_t parts_at_once = 4;          ///< of one object
  std::size_t parts_in_all = 8;           ///< at once, of all objects
  std::chrono::seconds lease{60};         ///< a lock whose holder fell silent is free then
  RetryPolicy retries = {};
};

/// Puts the defaults of AWS in place: its endpoint in the region, and the style.
Settings completed(Settings settings);

}  // namespace arkive::s3
