/// SASL: proves to a broker who we are (SaslHandshake, then SaslAuthenticate; KIP-43, KIP-152, KIP-368).
/// Internal to kafka/wire.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "kafka/wire/client_properties.h"
#include "kafka/wire/messages/api.h"

namespace arkive::kafka::wire {

/// One side of a mechanism's conversation. Errors: kDenied (the other side is not who it should be),
/// kCorrupt.
class SaslConversation {
 public:
  virtual ~SaslConversation() = default;
  virtual Result<std::string> first() = 0;
  /// Our next words after `challenge`. Only called while !is_over().
  virtual Result<std::string> answer(Bytes challenge) = 0;
  /// What the broker said last makes the end; then nothing is left to say.
  virtual Status end(Bytes last) = 0;
  /// Our last words are said.
  virtual bool is_over() const = 0;
};

/// PLAIN, RFC 4616.
std::unique_ptr<SaslConversation> plain_conversation(const SaslSettings& settings);
/// OAUTHBEARER, RFC 7628 (KIP-255), with this token.
std::unique_ptr<SaslConversation> bearer_conversation(const SaslSettings& settings, std::string token);

/// Sends a request and gives the body of its answer, valid until the next one.
using Exchange = std::function<Result<Bytes>(const Request& request)>;

/// How long the broker will take the connection for authenticated; 0: for ever. kDenied when it refuses us,
/// or cannot prove that it knows the password (SCRAM); kUsage when it does not offer the mechanism.
Result<std::chrono::milliseconds> sasl_authenticate(std::string_view mechanism,
                                                    SaslConversation& conversation,
                                                    const BrokerVersions& versions, const Exchange& exchange);

}  // namespace arkive::kafka::wire
