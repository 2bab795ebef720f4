/// LeaseRecord: what the object of a lock says (docs/format-store.md "Locks of a bucket").
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "stores/core/result.h"

namespace arkive::remote {

struct LeaseRecord {
  std::string holder;        ///< process and host, for people
  std::string nonce;         ///< 32 hex digits of whoever wrote it
  std::uint64_t number = 1;  ///< one more with each holder: the fencing number
  std::chrono::seconds lease{60};
  bool released = false;

  std::string to_json() const;
  /// kCorrupt for anything else.
  static Result<LeaseRecord> parse(std::string_view json);
};

}  // namespace arkive::remote
