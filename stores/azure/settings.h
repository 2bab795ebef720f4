/// What is to be known of a container of Azure Blob Storage.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "stores/core/result.h"
#include "stores/core/retry.h"
#include "stores/http/url.h"

namespace arkive::azure {

/// "account/container/prefix": what stands behind "az://".
struct Location {
  std::string account = {};
  std::string container = {};
  std::string prefix = {};  ///< "", or "a/b/"

  /// kUsage for what is no name of an account (3 to 24 lower-case letters and digits) or container (3 to 63
  /// lower-case letters, digits and single '-'), or no beginning of a key (Store's rules).
  static Result<Location> parse(std::string_view text);
};

struct Settings {
  Location location = {};
  http::Url endpoint = {};                   ///< of the account; empty host: that of Azure's public cloud
  std::string certificate_authorities = {};  ///< a PEM file; empty: the system's
  bool allow_plain_http = false;             ///< beyond loopback
  std::string access_tier = {};              ///< of what begin() writes; empty: the account's own

  std::uint64_t part_bytes = 8ULL << 20;  ///< of objects sent in blocks; of smaller ones, too, the most
  std::size_t parts_at_once = 4;          ///< of one object
  std::size_t parts_in_all = 8;           ///< at once, of all objects
  std::size_t page = 0;                   ///< keys a page of a list has; 0: as many as the server likes
  std::chrono::seconds lease{60};         ///< a lock whose holder fell silent is free then
  RetryPolicy retries = {};
};

/// Puts Azure's own endpoint in place where there is none.
Settings completed(Settings settings);

}  // namespace arkive::azure
