#include "stores/gcs/credentials.h"

namespace arkive::gcs {

std::unique_ptr<CredentialProvider> fixed_credentials(Credentials credentials, std::string name) {
  return std::make_unique<remote::FixedCredentials<Credentials>>(std::move(credentials), std::move(name));
}

}  // namespace arkive::gcs
