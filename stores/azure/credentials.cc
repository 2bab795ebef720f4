#include "stores/azure/credentials.h"

#include "stores/azure/signature.h"
#include "stores/core/base64.h"

namespace arkive::azure {

Result<Credentials> account_key(std::string_view base64) {
  auto bytes = from_base64(base64);
  if (bytes) return Credentials{Credentials::Kind::kAccountKey, std::move(*bytes), 0};
  return fail(Outcome::kUsage, "the key of the account is no Base64",
              "give one of the two keys as `az storage account keys list` shows them");
}

Result<Credentials> shared_access_signature(std::string_view token) {
  if (token.starts_with('?')) token.remove_prefix(1);
  const auto query = query_in(token);
  const auto value = [&](std::string_view name) -> std::string {
    if (!query) return {};
    for (const auto& [each, text] : *query) {
      if (each == name) return text;
    }
    return {};
  };
  if (value("sig").empty() || value("sv").empty()) {
    return fail(Outcome::kUsage, "the shared access signature is none",
                "it looks like sv=...&sp=...&se=...&sig=...");
  }
  Credentials credentials{Credentials::Kind::kSharedAccessSignature, std::string(token), 0};
  // One that stands on a stored access policy says nothing of its end.
  const auto expires = parse_time(value("se"));
  if (expires) credentials.expires_ms = *expires;
  return credentials;
}

std::unique_ptr<CredentialProvider> fixed_credentials(Credentials credentials, std::string name) {
  return std::make_unique<remote::FixedCredentials<Credentials>>(std::move(credentials), std::move(name));
}

}  // namespace arkive::azure
