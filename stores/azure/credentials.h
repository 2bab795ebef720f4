/// Credentials for Azure Blob Storage.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "stores/core/time.h"
#include "stores/remote/credential_source.h"

namespace arkive::azure {

struct Credentials {
  enum class Kind : std::uint8_t {
    kAccountKey,             ///< `secret`: its bytes
    kSharedAccessSignature,  ///< `secret`: "sv=...&sig=...", percent-encoded
    kToken,                  ///< `secret`: of OAuth 2.0, to be shown as it is
  };
  Kind kind = Kind::kAccountKey;
  std::string secret = {};
  UnixMilliseconds expires_ms = 0;  ///< 0: never

  bool operator==(const Credentials&) const = default;
};

using CredentialProvider = remote::CredentialProvider<Credentials>;
using CredentialSource = remote::CredentialSource<Credentials>;

/// As the portal shows it, in Base64. kUsage for anything else; the key is in no error.
Result<Credentials> account_key(std::string_view base64);
/// As the portal shows it, with or without a ? in front. kUsage for what is none; nothing of it is in an
/// error.
Result<Credentials> shared_access_signature(std::string_view token);

/// Always the same ones.
std::unique_ptr<CredentialProvider> fixed_credentials(Credentials credentials, std::string name);

}  // namespace arkive::azure
