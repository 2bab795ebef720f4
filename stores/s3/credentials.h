/// Credentials for an object store, and where they come from.
#pragma once

#include <memory>
#include <string>

#include "stores/core/time.h"
#include "stores/remote/credential_source.h"

namespace arkive::s3 {

struct Credentials {
  std::string access_key = {};
  std::string secret_key = {};
  std::string session_token = {};   ///< empty: none
  UnixMilliseconds expires_ms = 0;  ///< 0: never

  bool operator==(const Credentials&) const = default;
};

using CredentialProvider = remote::CredentialProvider<Credentials>;
using CredentialSource = remote::CredentialSource<Credentials>;

/// Always the same ones.
std::unique_ptr<CredentialProvider> fixed_credentials(Credentials credentials, std::string name);

}  // namespace arkive::s3
