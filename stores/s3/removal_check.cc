#include "stores/s3/removal_check.h"

#include "stores/core/log.h"
#include "stores/http/date.h"
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
  if (connection_->settings().family != Family::kAmazon || versions_ == Versions::kNone) return true;
  ARKIVE_ASSIGN(
      const http::Response response,
      connection_->call({.operation = "look at", .method = "HEAD", .key = std::string(key)}, deadline));
  if (response.status == 404) return false;
  if (response.status != 200) {
    return fail(Outcome::kFail,
                "remove '" + connection_->object(key) + "': status " + std::to_string(response.status));
  }
  Versions unknown = Versions::kUnknown;
  versions_.compare_exchange_strong(unknown, has_version(response) ? Versions::kKept : Versions::kNone);
  const std::string what = "remove '" + connection_->object(key) + "': ";
  if (response.header("x-amz-object-lock-legal-hold") == "ON")
    return fail(Outcome::kDenied, what + "a legal hold keeps it", "prune it once the hold is taken off");
  const std::string_view told = response.header(kRetainUntilHeader);
  if (told.empty()) {
    if (versions_ == Versions::kNone) return true;
    ARKIVE_ASSIGN(const bool is_seen, retention_is_seen(key, deadline));
    if (is_seen) return true;
    return fail(Outcome::kDenied,
                what +
                    "the bucket keeps versions, and without the right s3:GetObjectRetention it is not told "
                    "whether retention keeps it",
                "give these credentials the right (docs/stores.md)");
  }
  const auto until = retained_until(told);
  if (!until) {
    return fail(Outcome::kCorrupt,
                what + "it is kept until '" + printable(std::string(told)) + "', which is no time",
                "look at what answers as the server");
  }
  const auto now = http::time_in(response, "date");
  if (*until <= (now ? *now : wall_clock_now())) return true;
  return fail(Outcome::kDenied, what + "its retention lasts until " + format_time(*until),
              "prune it after that");
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
