/// Where tokens for Google Cloud Storage come from ("Authentication at Google", "OAuth 2.0 Token Exchange":
/// RFC 8693). Nothing of keys and tokens is in an error. Any thread.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "stores/gcs/assertion.h"
#include "stores/gcs/credentials.h"

namespace arkive::gcs {

/// A service account with a key of its own. `certificate_authorities`: as http::ClientSettings.
std::unique_ptr<CredentialProvider> service_account(ServiceAccount account, std::string name,
                                                    std::string certificate_authorities);

/// A user who signed in (`gcloud auth application-default login`).
struct SignedInUser {
  std::string client;
  std::string client_secret;
  std::string refresh_token;
  std::string authority;  ///< "https://oauth2.googleapis.com/token"
};
std::unique_ptr<CredentialProvider> signed_in_user(SignedInUser user, std::string name,
                                                   std::string certificate_authorities);

/// A workload identity: a token of another platform, in a file that it renews, exchanged for one of Google's.
struct WorkloadIdentity {
  std::string audience;
  std::string token_type;   ///< "urn:ietf:params:oauth:token-type:jwt"
  std::string token_file;   ///< read anew each time
  std::string token_field;  ///< of the JSON in that file; empty: the file is the token
  std::string authority;    ///< "https://sts.googleapis.com/v1/token"
  std::string
      impersonation;  ///< where a token of a service account is asked for with it; empty: it is used itself
};
std::unique_ptr<CredentialProvider> workload_identity(WorkloadIdentity identity, std::string name,
                                                      std::string certificate_authorities);

/// The service account of the machine or the pod. `endpoint`: "http://metadata.google.internal".
std::unique_ptr<CredentialProvider> machine_account(std::string endpoint);

}  // namespace arkive::gcs
