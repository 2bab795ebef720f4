/// Credentials that a service or a program gives out for a while. Nothing of what they say is in an error.
#pragma once

#include <memory>
#include <string>

#include "stores/s3/credentials.h"

namespace arkive::s3 {

struct WebIdentity {
  std::string token_file;  ///< read anew each time
  std::string role;
  std::string session;
  std::string endpoint;  ///< of the Security Token Service; empty: that of the region
  std::string region;
  std::string certificate_authorities;
};
/// AssumeRoleWithWebIdentity.
std::unique_ptr<CredentialProvider> web_identity(WebIdentity identity);

/// A program that prints them as JSON, version 1 ("Sourcing credentials with an external process").
std::unique_ptr<CredentialProvider> credential_process(std::string command, std::string name);

/// The address that a container's environment names; with a token where there is one (EKS, ECS).
std::unique_ptr<CredentialProvider> container_credentials(std::string url, std::string token_file,
                                                          std::string token);

/// Instance metadata, version 2: a token first, then the role's credentials.
std::unique_ptr<CredentialProvider> instance_credentials(std::string endpoint);

/// The JSON that processes ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration") and the services
/// of containers and machines ("Token" in place of "SessionToken") answer with. kCorrupt otherwise.
Result<Credentials> read_credentials(std::string_view json);

}  // namespace arkive::s3
