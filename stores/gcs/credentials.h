/// Credentials for Google Cloud Storage's JSON interface: a token of OAuth 2.0.
#pragma once

#include <memory>
#include <string>

#include "stores/core/time.h"
#include "stores/remote/credential_source.h"

namespace arkive::gcs {

struct Credentials {
  std::string token = {};           ///< shown as it is; empty: nobody's, for servers that ask nobody
  UnixMilliseconds expires_ms = 0;  ///< 0: never

  bool operator==(const Credentials&) const = default;
};

using CredentialProvider = remote::CredentialProvider<Credentials>;
using CredentialSource = remote::CredentialSource<Credentials>;

/// `name`: what errors call them.
std::unique_ptr<CredentialProvider> fixed_credentials(Credentials credentials, std::string name);

}  // namespace arkive::gcs
