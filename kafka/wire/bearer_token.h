/// BearerTokens: tokens for OAUTHBEARER, from a token endpoint (client credentials, RFC 6749 section 4.4) or
/// unsecured ones made here (KIP-255). Internal to kafka/wire.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "kafka/wire/client_properties.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::kafka::wire {

/// "{"alg":"none"}" and the claims, with iat and exp, as an unsecured JSON web token (RFC 7515, appendix
/// A.5).
std::string unsecured_token(const SaslSettings& settings, std::chrono::seconds since_1970);

struct TokenAnswer {
  std::string token;
  std::chrono::seconds lifetime{0};  ///< 0: not told
};
/// The endpoint's JSON. kCorrupt when there is no token in it; none of it is in the error.
Result<TokenAnswer> read_token_answer(std::string_view json);

/// Any thread.
class BearerTokens {
 public:
  explicit BearerTokens(const SaslSettings& settings) : settings_(settings) {}
  /// One that is good for a while yet; asked for when there is none. kRetry (endpoint not reachable, or it
  /// says so), kDenied (it refuses us), kCorrupt.
  Result<std::string> token(Deadline deadline);

 private:
  SaslSettings settings_;
  std::mutex mutex_;
  std::string token_;
  SteadyClock::time_point good_until_{};
};

}  // namespace arkive::kafka::wire
