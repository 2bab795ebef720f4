#include "kafka/wire/security.h"

#include "kafka/wire/scram.h"
#include "stores/core/hash.h"

namespace arkive::kafka::wire {

Result<std::shared_ptr<const Security>> Security::create(ClientProperties properties) {
  if (properties.uses_sasl() && properties.sasl.mechanism == SaslMechanism::kGssapi) {
    return fail(Outcome::kUsage, "sasl.mechanism: our own client does not speak GSSAPI",
                "set sasl.mechanism; arkive archive --reader librdkafka speaks it");
  }
  std::unique_ptr<TlsContext> tls;
  if (properties.uses_tls()) {
    ARKIVE_ASSIGN(tls, TlsContext::create(properties.tls));
  }
  return std::shared_ptr<const Security>(new Security(std::move(properties), std::move(tls)));
}

Result<std::unique_ptr<Transport>> Security::connect(const BrokerAddress& address, Deadline deadline) const {
  ARKIVE_ASSIGN(Socket socket, Socket::connect(address, deadline));
  if (!tls_) return plain_transport(std::move(socket));
  return tls_->start(std::move(socket), address.host, deadline);
}

Result<std::unique_ptr<SaslConversation>> Security::conversation(Deadline deadline) const {
  constexpr std::size_t kNonceSize = 24;
  switch (properties_.sasl.mechanism) {
    case SaslMechanism::kPlain:
      return plain_conversation(properties_.sasl);
    case SaslMechanism::kScramSha256:
    case SaslMechanism::kScramSha512:
      return scram_conversation(properties_.sasl, to_hex(random_bytes(kNonceSize)));
    case SaslMechanism::kOauthBearer: {
      ARKIVE_ASSIGN(std::string token, tokens_.token(deadline));
      return bearer_conversation(properties_.sasl, std::move(token));
    }
    case SaslMechanism::kGssapi:
      break;
  }
  return fail(Outcome::kUsage, "sasl.mechanism: our own client does not speak GSSAPI");
}

}  // namespace arkive::kafka::wire
