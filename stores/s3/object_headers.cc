#include "stores/s3/object_headers.h"

namespace arkive::s3 {

http::Headers object_headers(const Settings& settings, bool data) {
  http::Headers headers;
  if (data && !settings.storage_class.empty())
    headers.emplace_back(std::string(Dialect::of(settings.family).words().header) + "storage-class",
                         settings.storage_class);
  if (!settings.encryption.empty()) headers.emplace_back("x-amz-server-side-encryption", settings.encryption);
  if (!settings.kms_key.empty())
    headers.emplace_back("x-amz-server-side-encryption-aws-kms-key-id", settings.kms_key);
  if (settings.retention.mode != Retention::Mode::kNone) {
    const bool compliance = settings.retention.mode == Retention::Mode::kCompliance;
    headers.emplace_back("x-amz-object-lock-mode", compliance ? "COMPLIANCE" : "GOVERNANCE");
    const UnixMilliseconds until =
        wall_clock_now() + std::chrono::milliseconds(settings.retention.span).count();
    headers.emplace_back("x-amz-object-lock-retain-until-date", format_time(until));
  }
  return headers;
}

Status check_answer(const Connection& connection, const std::string& key, const http::Response& response,
                    const std::string& checksum) {
  const std::string where = "put '" + connection.object(key) + "'";
  if (response.status != 200) {
    return fail(Outcome::kFail, where + ": status " + std::to_string(response.status));
  }
  const std::string& encryption = connection.settings().encryption;
  if (!encryption.empty() && response.header("x-amz-server-side-encryption") != encryption) {
    return fail(
        Outcome::kFail, where + ": the server did not encrypt it as asked (" + encryption + ")",
        "take a server that does, or leave the option out and let arkive encrypt (docs/encrypted-stores.md)");
  }
  const std::string kept = connection.dialect().kept_checksum(response);
  if (!checksum.empty() && !kept.empty() && kept != checksum) {
    return fail(Outcome::kFail, where + ": the server says that it keeps other bytes than were sent",
                "run the command again; when that comes again, look at the server");
  }
  return ok();
}

}  // namespace arkive::s3
