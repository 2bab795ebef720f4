#include "stores/s3/kept_as_asked.h"

#include "stores/s3/object_headers.h"

namespace arkive::s3 {
namespace {

constexpr UnixMilliseconds kRounding = 1000;  // a server may keep whole seconds
constexpr const char* kUsualClass = "STANDARD";

std::string in(const http::Headers& headers, const std::string& name) {
  for (const auto& [given, value] : headers) {
    if (given == name) return value;
  }
  return {};
}

}  // namespace

Status KeptAsAsked::check_retention(const std::string& key, const http::Headers& asked,
                                    const http::Response& kept) const {
  const std::string mode(kept.header(kLockModeHeader));
  const std::string until(kept.header(kRetainUntilHeader));
  const auto wanted = retained_until(in(asked, kRetainUntilHeader));
  const auto told = retained_until(until);
  if (mode == in(asked, kLockModeHeader) && wanted && told && *told + kRounding >= *wanted) return ok();
  return fail(
      Outcome::kFail,
      operation_ + " '" + connection_->object(key) + "': the server shows " +
          (mode.empty() && until.empty() ? "no retention" : printable(mode + " until " + until)) + ", not " +
          in(asked, kLockModeHeader) + " until " + in(asked, kRetainUntilHeader) +
          ", as ARKIVE_S3_RETENTION asks",
      "take a server and a bucket with Object Lock, and give the right s3:GetObjectRetention, without which "
      "it is not shown");
}

/// Amazon tells of no class where it is the usual one; Google's servers and their like need not tell any.
Status KeptAsAsked::check_class(const std::string& key, const std::string& asked,
                                const http::Response& kept) const {
  std::string told(kept.header(storage_class_header(connection_->dialect())));
  if (told.empty()) told = connection_->settings().family == Family::kAmazon ? kUsualClass : asked;
  if (told == asked) return ok();
  return fail(Outcome::kFail,
              operation_ + " '" + connection_->object(key) + "': the server keeps it in the storage class " +
                  printable(told) + ", not in " + printable(asked) + ", as was asked",
              "leave the storage class out, or take a server that has it");
}

Status KeptAsAsked::check(const std::string& key, const http::Headers& asked, Deadline deadline) const {
  const std::string storage_class = in(asked, storage_class_header(connection_->dialect()));
  const bool retention = !in(asked, kLockModeHeader).empty() && !retention_seen_;
  const bool in_class = !storage_class.empty() && !class_seen_;
  if (!retention && !in_class) return ok();
  ARKIVE_ASSIGN(const http::Response kept,
                connection_->call({.operation = "look at", .method = "HEAD", .key = key}, deadline));
  if (kept.status != 200) {
    return fail(Outcome::kFail,
                "look at '" + connection_->object(key) + "', just after '" + operation_ + "': status " +
                    std::to_string(kept.status),
                "did somebody remove it? Run the command again");
  }
  if (retention) ARKIVE_TRY(check_retention(key, asked, kept));
  if (in_class) ARKIVE_TRY(check_class(key, storage_class, kept));
  if (retention) retention_seen_ = true;
  if (in_class) class_seen_ = true;
  return ok();
}

}  // namespace arkive::s3
