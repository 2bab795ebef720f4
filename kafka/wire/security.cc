#include "kafka/wire/security.h"

namespace arkive::kafka::wire {

class TlsContext {};

Security::Security(ClientProperties properties) : properties_(std::move(properties)) {}
Security::~Security() = default;

Result<std::shared_ptr<const Security>> Security::create(ClientProperties properties) {
  if (properties.uses_tls()) {
    return fail(Outcome::kUsage, "security.protocol: TLS is not supported in this build");
  }
  return std::shared_ptr<const Security>(std::make_shared<Security>(std::move(properties)));
}

Result<std::unique_ptr<Transport>> Security::connect(const BrokerAddress& address, Deadline deadline) const {
  ARKIVE_ASSIGN(Socket socket, Socket::connect(address, deadline));
  return plain_transport(std::move(socket));
}

}  // namespace arkive::kafka::wire
