/// Security: what all connections to a cluster share: the settings and, with TLS, the certificates they name.
/// Internal to kafka/wire.
#pragma once

#include <memory>
#include <string>

#include "kafka/wire/bearer_token.h"
#include "kafka/wire/client_properties.h"
#include "kafka/wire/sasl.h"
#include "kafka/wire/tls.h"
#include "kafka/wire/transport.h"

namespace arkive::kafka::wire {

/// Any thread.
class Security {
 public:
  /// Reads the certificates: errors as TlsContext::create. kUsage for a mechanism that only librdkafka knows.
  static Result<std::shared_ptr<const Security>> create(ClientProperties properties);

  const ClientProperties& properties() const { return properties_; }
  /// Connects to `address`, with TLS if the settings say so. kDenied when the broker's certificate is not to
  /// be trusted; otherwise as Transport.
  Result<std::unique_ptr<Transport>> connect(const BrokerAddress& address, Deadline deadline) const;
  /// What to say to prove who we are. Fetches a token first if the settings say so.
  Result<std::unique_ptr<SaslConversation>> conversation(Deadline deadline) const;

 private:
  Security(ClientProperties properties, std::unique_ptr<TlsContext> tls)
      : properties_(std::move(properties)), tls_(std::move(tls)), tokens_(properties_.sasl) {}

  ClientProperties properties_;
  std::unique_ptr<TlsContext> tls_;  // none: plain TCP
  mutable BearerTokens tokens_;
};

}  // namespace arkive::kafka::wire
