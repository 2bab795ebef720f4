#include "stores/s3/object_headers.h"

#include "stores/http/date.h"
#include "stores/s3/xml.h"

namespace arkive::s3 {
namespace {

constexpr const char* kEncryptionHeader = "x-amz-server-side-encryption";

/// The last part of "arn:aws:kms:eu-west-1:1:key/KEY", of "arn:aws:kms:KEY" and of "KEY".
std::string_view key_of(std::string_view name) {
  const std::size_t before = name.find_last_of("/:");
  return before == std::string_view::npos ? name : name.substr(before + 1);
}

/// An alias stands for a key that its own name does not tell.
bool is_other_key(const std::string& asked, std::string_view told) {
  const bool is_alias = asked.starts_with("alias/") || asked.find(":alias/") != std::string::npos;
  return !asked.empty() && !told.empty() && !is_alias && key_of(asked) != key_of(told);
}

Status check_encryption(const Settings& settings, const std::string& where, const http::Response& response) {
  const std::string& asked = settings.encryption;
  if (asked.empty()) return ok();
  const std::string told(response.header(kEncryptionHeader));
  if (told != asked) {
    return fail(
        Outcome::kFail, where + ": the server did not encrypt it as asked (" + asked + ")",
        "take a server that does, or leave the option out and let arkive encrypt (docs/encrypted-stores.md)");
  }
  const std::string key(response.header("x-amz-server-side-encryption-aws-kms-key-id"));
  if (!is_other_key(settings.kms_key, key)) return ok();
  return fail(Outcome::kFail,
              where + ": the server encrypted it by the key '" + printable(key) + "', not by '" +
                  printable(settings.kms_key) + "', as asked",
              "look at ARKIVE_S3_KMS_KEY, and at the key that the bucket itself takes");
}

}  // namespace

std::string storage_class_header(const Dialect& dialect) {
  return std::string(dialect.words().header) + "storage-class";
}

http::Headers object_headers(const Settings& settings, ObjectKind kind) {
  http::Headers headers;
  if (kind == ObjectKind::kData && !settings.storage_class.empty())
    headers.emplace_back(storage_class_header(Dialect::of(settings.family)), settings.storage_class);
  if (!settings.encryption.empty()) headers.emplace_back(kEncryptionHeader, settings.encryption);
  if (!settings.kms_key.empty())
    headers.emplace_back("x-amz-server-side-encryption-aws-kms-key-id", settings.kms_key);
  if (kind != ObjectKind::kLock && settings.retention.mode != Retention::Mode::kNone) {
    headers.emplace_back(kLockModeHeader, lock_mode(settings.retention));
    const UnixMilliseconds until =
        wall_clock_now() + std::chrono::milliseconds(settings.retention.span).count();
    headers.emplace_back(kRetainUntilHeader, format_time(until));
  }
  return headers;
}

std::optional<UnixMilliseconds> retained_until(std::string_view header) {
  const std::size_t dot = header.find('.');
  const auto moment =
      parse_time(std::string(header.substr(0, dot)) + (dot == std::string_view::npos ? "" : "Z"));
  if (!moment) return std::nullopt;
  return *moment;
}

std::string lock_mode(const Retention& retention) {
  if (retention.mode == Retention::Mode::kNone) return {};
  return retention.mode == Retention::Mode::kCompliance ? kCompliance : "GOVERNANCE";
}

Result<ToldLock> lock_in(const http::Response& response, const std::string& what) {
  ToldLock lock{.mode = std::string(response.header(kLockModeHeader)),
                .on_hold = response.header("x-amz-object-lock-legal-hold") == "ON"};
  const std::string_view told = response.header(kRetainUntilHeader);
  if (told.empty()) return lock;
  const auto until = retained_until(told);
  if (!until) {
    return fail(Outcome::kCorrupt,
                what + "it is kept until '" + printable(std::string(told)) + "', which is no time",
                "look at what answers as the server");
  }
  const std::size_t dot = told.find('.');
  const bool has_part = dot != std::string_view::npos && told.find_first_of("123456789", dot) < told.size();
  lock.until = *until;
  lock.over_after = *until + (has_part ? 1000 : 0);
  return lock;
}

UnixMilliseconds time_of(const http::Response& response) {
  const auto told = http::time_in(response, "date");
  return told ? *told : wall_clock_now();
}

Result<bool> check_begun(const Connection& connection, const std::string& key,
                         const http::Response& response) {
  const bool is_silent = response.status == 200 && !connection.settings().encryption.empty() &&
                         response.header(kEncryptionHeader).empty();
  if (is_silent) return false;
  ARKIVE_TRY(check_answer(connection, key, response));
  return true;
}

Status check_answer(const Connection& connection, const std::string& key, const http::Response& response,
                    const std::string& checksum) {
  const std::string where = "put '" + connection.object(key) + "'";
  const Settings& settings = connection.settings();
  if (response.status != 200) {
    return fail(Outcome::kFail, where + ": " + described(response.status, read_error(response.body)),
                settings.kms_key.empty() ? "look at what answers as the server"
                                         : "is there a key as ARKIVE_S3_KMS_KEY names it, for this user?");
  }
  ARKIVE_TRY(check_encryption(settings, where, response));
  const std::string kept = connection.dialect().kept_checksum(response);
  if (!checksum.empty() && !kept.empty() && kept != checksum) {
    return fail(Outcome::kFail, where + ": the server says that it keeps other bytes than were sent",
                "run the command again; when that comes again, look at the server");
  }
  return ok();
}

}  // namespace arkive::s3
