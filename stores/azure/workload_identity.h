/// Tokens for a workload identity: a file that the platform renews (Kubernetes), exchanged for what Azure
/// Blob Storage takes. ("Microsoft identity platform and the OAuth 2.0 client credentials flow", with a
/// federated credential.)
#pragma once

#include <memory>
#include <string>

#include "stores/azure/credentials.h"

namespace arkive::azure {

struct WorkloadIdentity {
  std::string token_file;  ///< read anew each time
  std::string client;      ///< its id
  std::string tenant;      ///< its id
  std::string authority;   ///< "https://login.microsoftonline.com"
  std::string certificate_authorities;
};
/// Nothing of the tokens is in an error.
std::unique_ptr<CredentialProvider> workload_identity(WorkloadIdentity identity);

}  // namespace arkive::azure
