#include "stores/s3/lock_extension.h"

#include <algorithm>

#include "stores/remote/content_md5.h"
#include "stores/remote/xml_document.h"
#include "stores/s3/object_headers.h"
#include "stores/s3/xml.h"

namespace arkive::s3 {
namespace {

constexpr std::uint64_t kLongestRetention = 1 << 20;  // bytes of what tells it

/// Locks end at whole seconds.
UnixMilliseconds whole_seconds(UnixMilliseconds moment) {
  return moment - moment % 1000;
}

}  // namespace

Result<std::chrono::milliseconds> LockExtension::span() const {
  const Retention& retention = connection_->settings().retention;
  if (retention.mode != Retention::Mode::kNone) return std::chrono::milliseconds(retention.span);
  return fail(Outcome::kUsage,
              "keep objects of '" + connection_->object("") + "' for a while: no retention is set",
              "set ARKIVE_S3_RETENTION, as \"governance 30d\" (docs/stores.md)");
}

Result<bool> LockExtension::keep_until(std::string_view key, UnixMilliseconds until,
                                       std::optional<remote::Validity> valid, Deadline deadline) const {
  ARKIVE_ASSIGN(const auto wanted, due(key, until, deadline));
  if (wanted) ARKIVE_TRY(put(key, *wanted, valid, deadline));
  return wanted.has_value();
}

Result<bool> LockExtension::may_keep_until(std::string_view key, UnixMilliseconds until,
                                           Deadline deadline) const {
  ARKIVE_ASSIGN(const auto wanted, due(key, until, deadline));
  return wanted.has_value();
}

Result<std::optional<UnixMilliseconds>> LockExtension::due(std::string_view key, UnixMilliseconds until,
                                                           Deadline deadline) const {
  ARKIVE_TRY(span());
  const std::string mode = lock_mode(connection_->settings().retention);
  const std::string what = std::string(kOperation) + " '" + connection_->object(key) + "': ";
  ARKIVE_ASSIGN(
      const http::Response head,
      connection_->call({.operation = "look at", .method = "HEAD", .key = std::string(key)}, deadline));
  if (head.status == 404) return fail(Outcome::kNotFound, what + "there is no such object");
  if (head.status != 200) return fail(Outcome::kFail, what + "status " + std::to_string(head.status));
  ARKIVE_ASSIGN(ToldLock lock, lock_in(head, what));
  if (lock.mode.empty()) ARKIVE_TRY(check_known(key, head, deadline));
  is_known_ = true;
  if (lock.until <= time_of(head)) lock = {};
  const UnixMilliseconds wanted = whole_seconds(until);
  const bool in_compliance = lock.mode == kCompliance;
  if (lock.until >= wanted && (in_compliance || lock.mode == mode)) return std::nullopt;
  if (in_compliance && mode != kCompliance) {
    return fail(Outcome::kDenied,
                what + "it is locked in compliance mode until " + format_time(lock.until) +
                    ", and no lock in governance mode can take the place of that",
                "set ARKIVE_S3_RETENTION to compliance, or wait until then");
  }
  return std::max(wanted, lock.over_after);
}

/// Of an object that shows no lock: is there such a thing as a lock?
Status LockExtension::check_known(std::string_view key, const http::Response& head, Deadline deadline) const {
  if (is_known_) return ok();
  const auto refuse = [&](const std::string& why) {
    return fail(Outcome::kUsage,
                std::string(kOperation) + " '" + connection_->object(key) +
                    "': the bucket knows no Object Lock: " + why,
                "take a bucket that was made with Object Lock, on a server that knows it");
  };
  if (head.header("x-amz-version-id").empty()) return refuse("it keeps no versions");
  const auto told = connection_->call({.operation = "look at the retention of",
                                       .key = std::string(key),
                                       .query = {{"retention", ""}},
                                       .most_bytes = kLongestRetention},
                                      deadline);
  if (!told && told.error().outcome != Outcome::kFail) return fail(told.error());
  if (!told) return refuse(told.error().what);
  const bool is_told = told->status == 200 && remote::XmlDocument::read(told->body, "Retention").has_value();
  const ServerError error = read_error(told->body);
  if (is_told || is_without_lock(error)) return ok();
  return refuse("asked for the retention of an object, the server answers " + described(told->status, error));
}

Status LockExtension::put(std::string_view key, UnixMilliseconds until, std::optional<remote::Validity> valid,
                          Deadline deadline) const {
  const std::string mode = lock_mode(connection_->settings().retention);
  const std::string body = object_retention(mode, until);
  ARKIVE_ASSIGN(const http::Response response,
                connection_->call({.operation = kOperation,
                                   .method = "PUT",
                                   .key = std::string(key),
                                   .query = {{"retention", ""}},
                                   .headers = {{"content-md5", remote::content_md5(body)}},
                                   .body = body,
                                   .valid = valid},
                                  deadline));
  if (response.status < 200 || response.status > 206) {
    return fail(response.status == 404 ? Outcome::kNotFound : Outcome::kFail,
                std::string(kOperation) + " '" + connection_->object(key) +
                    "': " + described(response.status, read_error(response.body)));
  }
  return kept_as_asked_.check(std::string(key),
                              {{kLockModeHeader, mode}, {kRetainUntilHeader, format_time(until)}}, deadline);
}

}  // namespace arkive::s3
