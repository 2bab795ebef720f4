/// Security: what all connections to a cluster share: the settings and, with TLS, the certificates they name.
/// Internal to kafka/wire.
#pragma once

#include <memory>
#include <string>

#include "kafka/wire/client_properties.h"
#include "kafka/wire/transport.h"

namespace arkive::kafka::wire {

class TlsContext;

/// Any thread; unchangeable.
class Security {
 public:
  /// Reads the certificates. kUsage, kNotFound, kDenied, kCorrupt: something about them.
  static Result<std::shared_ptr<const Security>> create(ClientProperties properties);
  explicit Security(ClientProperties properties);
  ~Security();

  const ClientProperties& properties() const { return properties_; }
  /// Connects to `address`, with TLS if the settings say so. kDenied when the broker's certificate is not to
  /// be trusted; otherwise as Transport.
  Result<std::unique_ptr<Transport>> connect(const BrokerAddress& address, Deadline deadline) const;

 private:
  ClientProperties properties_;
  std::unique_ptr<TlsContext> tls_;
};

}  // namespace arkive::kafka::wire
