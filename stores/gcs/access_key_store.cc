#include "stores/gcs/access_key_store.h"

#include <algorithm>

#include "stores/s3/s3_store.h"

namespace arkive::gcs {
namespace {

constexpr std::uint64_t kLeastPart = 5ULL << 20;
constexpr const char* kKeyVariable = "GS_ACCESS_KEY_ID";
constexpr const char* kSecretVariable = "GS_SECRET_ACCESS_KEY";

}  // namespace

Result<std::optional<s3::Credentials>> access_key_from(const remote::Environment& environment) {
  auto key = environment(kKeyVariable);
  auto secret = environment(kSecretVariable);
  if (key.has_value() != secret.has_value()) {
    return fail(
        Outcome::kUsage,
        std::string("get credentials: only one of ") + kKeyVariable + " and " + kSecretVariable + " is set",
        "set both");
  }
  if (!key) return std::nullopt;
  return s3::Credentials{.access_key = std::move(*key), .secret_key = std::move(*secret)};
}

Result<std::unique_ptr<Store>> open_with_access_key(const Settings& settings, s3::Credentials key) {
  ARKIVE_TRY(check_settings(settings));
  const Settings whole = completed(settings);
  s3::Settings words{.location = {.bucket = whole.location.bucket, .prefix = whole.location.prefix},
                     .family = s3::Family::kGoogle,
                     .region = "auto",
                     .endpoint = whole.endpoint,
                     .path_style = true,
                     .certificate_authorities = whole.certificate_authorities,
                     .allow_plain_http = whole.allow_plain_http,
                     .storage_class = whole.storage_class,
                     .part_bytes = std::max(whole.part_bytes, kLeastPart),
                     .parts_in_all = whole.parts_in_all,
                     .lease = whole.lease,
                     .retries = whole.retries};
  return S3Store::open(
      std::move(words),
      s3::fixed_credentials(std::move(key), std::string("the environment (") + kKeyVariable + ")"));
}

}  // namespace arkive::gcs
