/// The headers by which a new object gets what the settings ask for, and whether it got it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stores/s3/connection.h"

namespace arkive::s3 {

enum class ObjectKind : std::uint8_t {
  kData,
  kRecord,  ///< a manifest, a list: small, and read by every command
  kLock,    ///< written over and over
};

constexpr const char* kLockModeHeader = "x-amz-object-lock-mode";
constexpr const char* kCompliance = "COMPLIANCE";  ///< in that header: nobody can take the lock off
constexpr const char* kRetainUntilHeader = "x-amz-object-lock-retain-until-date";

/// Headers that a new object of the store gets: encryption by the server; retention, but for locks; data the
/// storage class too.
http::Headers object_headers(const Settings& settings, ObjectKind kind);
/// "x-amz-storage-class".
std::string storage_class_header(const Dialect& dialect);
/// What the header of that name says, in whole seconds. Nothing when it is no time.
std::optional<UnixMilliseconds> retained_until(std::string_view header);
/// "GOVERNANCE", "COMPLIANCE", as the settings ask; empty: no retention.
std::string lock_mode(const Retention& retention);
/// What the answer to a look at an object says of its lock, which may be over.
struct ToldLock {
  std::string mode = {};
  UnixMilliseconds until = 0;     ///< in whole seconds; 0: it tells none
  UnixMilliseconds over_after{};  ///< the first whole second when it is over: one more for a part of one
  bool on_hold = false;
};
/// `what`: begins the error, kCorrupt, for a time that is none.
Result<ToldLock> lock_in(const http::Response& response, const std::string& what);
/// When the server answered, by its own clock; by ours, where it does not say.
UnixMilliseconds time_of(const http::Response& response);
/// What was asked for is what was done: kFail when the server refused by a status that passes elsewhere, left
/// encryption out without a word, took another key, or says the checksum of other bytes than `checksum`
/// (empty: none was sent).
Status check_answer(const Connection& connection, const std::string& key, const http::Response& response,
                    const std::string& checksum = {});
/// The same of the answer to the beginning of an upload. False: it does not say whether the object will be
/// encrypted as asked (MinIO), so the object itself is to be looked at.
Result<bool> check_begun(const Connection& connection, const std::string& key,
                         const http::Response& response);

}  // namespace arkive::s3
