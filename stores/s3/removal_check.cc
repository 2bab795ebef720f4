#include "stores/s3/removal_check.h"

#include "stores/core/log.h"
#include "stores/s3/object_headers.h"

namespace arkive::s3 {
namespace {

constexpr std::uint64_t kLongestRetention = 1 << 20;  // bytes of what tells it

bool has_version(const http::Response& response) {
  return !response.header("x-amz-version-id").empty() || !response.header("x-amz-delete-marker").empty();
}

}  // namespace

void RemovalCheck::look_at(const http::Response& removed) const {
  Versions none = Versions::kNone;
  if (has_version(removed)) versions_.compare_exchange_strong(none, Versions::kKept);
}

Result<bool> RemovalCheck::may_remove(std::string_view key, Deadline deadline) const {
  if (connection_->settings().family != Family::kAmazon) return true;
  ARKIVE_ASSIGN(const auto keeping, this->keeping("remove", key, deadline));
  if (keeping) ARKIVE_TRY(check_removable(connection_->object(key), *keeping));
  return keeping.has_value();
}

Result<std::optional<Store::Keeping>> RemovalCheck::keeping(const std::string& operation,
                                                            std::string_view key, Deadline deadline) const {
  if (versions_ == Versions::kNone) return Store::Keeping();
  ARKIVE_ASSIGN(
      const http::Response response,
      connection_->call({.operation = "look at", .method = "HEAD", .key = std::string(key)}, deadline));
  if (response.status == 404) return std::nullopt;
  const std::string what = operation + " '" + connection_->object(key) + "': ";
  if (response.status != 200) return fail(Outcome::kFail, what + "status " + std::to_string(response.status));
  Versions unknown = Versions::kUnknown;
  versions_.compare_exchange_strong(unknown, has_version(response) ? Versions::kKept : Versions::kNone);
  ARKIVE_ASSIGN(const ToldLock lock, lock_in(response, what));
  if (lock.on_hold || lock.until != 0) {
    const bool is_over = lock.until <= time_of(response);
    return Store::Keeping{.until = is_over ? 0 : lock.until, .on_hold = lock.on_hold};
  }
  if (versions_ == Versions::kNone) return Store::Keeping();
  ARKIVE_ASSIGN(const bool is_seen, retention_is_seen(key, deadline));
  if (is_seen) return Store::Keeping();
  return fail(Outcome::kDenied,
              what +
                  "the bucket keeps versions, and without the right s3:GetObjectRetention it is not told "
                  "whether retention keeps it",
              "give these credentials the right (docs/stores.md)");
}

/// AWS leaves the header out when the right is missing, as it does where nothing is to be told.
Result<bool> RemovalCheck::retention_is_seen(std::string_view key, Deadline deadline) const {
  if (versions_ == Versions::kKept) {
    const auto asked = connection_->call({.operation = "look at the retention of",
                                          .key = std::string(key),
                                          .query = {{"retention", ""}},
                                          .most_bytes = kLongestRetention},
                                         deadline);
    if (!asked && asked.error().outcome == Outcome::kRetry) return fail(asked.error());
    // Any other refusal is an answer: the bucket has no lock, or the server does not know of such.
    const bool is_denied = !asked && asked.error().outcome == Outcome::kDenied;
    versions_ = is_denied ? Versions::kKeptAndHidden : Versions::kKeptAndSeen;
  }
  return versions_ == Versions::kKeptAndSeen;
}

}  // namespace arkive::s3
