/// The assertion by which a service account asks for a token: a JSON Web Token signed with RSA and SHA-256
/// (RFC 7523 section 2.1, RFC 7519, RFC 7518 section 3.3; "Using OAuth 2.0 for Server to Server
/// Applications").
#pragma once

#include <string>

#include "stores/core/result.h"
#include "stores/core/time.h"

namespace arkive::gcs {

struct ServiceAccount {
  std::string email;
  std::string key_id;    ///< of `key`; may be empty
  std::string key;       ///< PEM, PKCS #8
  std::string audience;  ///< where the token is asked for
};

/// Good for an hour from `now`. kUsage for a key that is none; nothing of it is in the error.
Result<std::string> signed_assertion(const ServiceAccount& account, UnixMilliseconds now);

}  // namespace arkive::gcs
