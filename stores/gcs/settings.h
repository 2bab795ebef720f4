/// What is to be known of a bucket of Google Cloud Storage.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "stores/core/result.h"
#include "stores/core/retry.h"
#include "stores/http/url.h"

namespace arkive::gcs {

/// "bucket/prefix": what stands behind "gs://".
struct Location {
  std::string bucket = {};
  std::string prefix = {};  ///< "", or "a/b/"

  /// kUsage for what is no name of a bucket (3 to 222 lower-case letters, digits, '.', '-', '_') or no
  /// beginning of a key (Store's rules).
  static Result<Location> parse(std::string_view text);
};

struct Settings {
  Location location = {};
  http::Url endpoint = {};                   ///< empty host: Google's own
  std::string certificate_authorities = {};  ///< a PEM file; empty: the system's
  bool allow_plain_http = false;             ///< beyond loopback
  std::string storage_class = {};            ///< of what begin() writes; empty: the bucket's own

  std::uint64_t part_bytes = 8ULL << 20;  ///< of uploads in pieces, a multiple of 256 KiB
  std::size_t parts_in_all = 8;           ///< on their way at once, of all objects; of one there is one
  std::size_t page = 0;                   ///< keys a page of a list has; 0: as many as the server likes
  std::chrono::seconds lease{60};         ///< a lock whose holder fell silent is free then
  RetryPolicy retries = {};
};

/// kUsage for settings that no bucket can have.
Status check_settings(const Settings& settings);

/// Puts Google's own endpoint in place where there is none.
Settings completed(Settings settings);

}  // namespace arkive::gcs
