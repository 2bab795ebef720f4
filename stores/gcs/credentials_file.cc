#include "stores/gcs/credentials_file.h"

#include <nlohmann/json.hpp>

#include "stores/core/files.h"
#include "stores/gcs/token_sources.h"

namespace arkive::gcs {
namespace {

using Json = nlohmann::json;

constexpr const char* kAuthority = "https://oauth2.googleapis.com/token";

/// Reads the texts of a file, and remembers the first that is missing.
class Fields {
 public:
  explicit Fields(const Json& object) : object_(object) {}
  std::string needed(const char* name) {
    std::string value = optional(name);
    if (value.empty() && missing_.empty()) missing_ = name;
    return value;
  }
  std::string optional(const char* name) const {
    if (!object_.is_object()) return {};
    const auto found = object_.find(name);
    return found != object_.end() && found->is_string() ? found->get<std::string>() : std::string();
  }
  const std::string& missing() const { return missing_; }

 private:
  const Json& object_;
  std::string missing_;
};

Result<WorkloadIdentity> identity_in(const Json& file, Fields& fields, const std::string& where) {
  WorkloadIdentity identity{.audience = fields.needed("audience"),
                            .token_type = fields.needed("subject_token_type"),
                            .token_file = {},
                            .token_field = {},
                            .authority = fields.needed("token_url"),
                            .impersonation = fields.optional("service_account_impersonation_url")};
  const auto source = file.find("credential_source");
  const Fields found(source == file.end() ? file : *source);
  identity.token_file = source == file.end() ? std::string() : found.optional("file");
  if (identity.token_file.empty()) {
    return fail(Outcome::kUsage, where + ": its credential_source is no file",
                "arkive takes the token of a workload from a file alone: let another program put it there");
  }
  const auto format = source->find("format");
  if (format == source->end() || Fields(*format).optional("type") != "json") return identity;
  identity.token_field = Fields(*format).optional("subject_token_field_name");
  if (identity.token_field.empty()) {
    return fail(Outcome::kUsage, where + ": its credential_source has no 'subject_token_field_name'",
                "copy it whole");
  }
  return identity;
}

}  // namespace

Result<std::unique_ptr<CredentialProvider>> credentials_in_file(const std::string& path,
                                                                const std::string& certificate_authorities) {
  const std::string where = "read credentials in '" + printable(path) + "'";
  const auto text = read_file(path, 1 << 20);
  if (!text) {
    return fail(Outcome::kUsage, where + ": " + text.error().what,
                "look at GOOGLE_APPLICATION_CREDENTIALS, which names the file");
  }
  const Json file = Json::parse(*text, nullptr, false);
  if (!file.is_object()) {
    return fail(Outcome::kUsage, where + ": it is no JSON",
                "give the file as the console or `gcloud iam service-accounts keys create` made it");
  }
  Fields fields(file);
  const auto or_missing = [&](auto make) -> Result<std::unique_ptr<CredentialProvider>> {
    if (fields.missing().empty()) return make();
    return fail(Outcome::kUsage, where + ": it has no '" + fields.missing() + "'", "copy it whole");
  };
  const std::string name = "'" + printable(path) + "'";
  const std::string type = fields.optional("type");
  if (type == "service_account") {
    ServiceAccount account{.email = fields.needed("client_email"),
                           .key_id = fields.optional("private_key_id"),
                           .key = fields.needed("private_key"),
                           .audience = fields.optional("token_uri")};
    if (account.audience.empty()) account.audience = kAuthority;
    return or_missing([&] { return service_account(std::move(account), name, certificate_authorities); });
  }
  if (type == "authorized_user") {
    SignedInUser user{.client = fields.needed("client_id"),
                      .client_secret = fields.needed("client_secret"),
                      .refresh_token = fields.needed("refresh_token"),
                      .authority = fields.optional("token_uri")};
    if (user.authority.empty()) user.authority = kAuthority;
    return or_missing([&] { return signed_in_user(std::move(user), name, certificate_authorities); });
  }
  if (type == "external_account") {
    ARKIVE_ASSIGN(WorkloadIdentity identity, identity_in(file, fields, where));
    return or_missing([&] { return workload_identity(std::move(identity), name, certificate_authorities); });
  }
  return fail(
      Outcome::kUsage, where + ": credentials of type '" + printable(type) + "' are not known",
      "give those of a service account (service_account), of a user (authorized_user) or of a workload "
      "(external_account)");
}

}  // namespace arkive::gcs
