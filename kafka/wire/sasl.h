/// SASL: proves to a broker who we are (SaslHandshake, then SaslAuthenticate; KIP-43, KIP-152, KIP-368).
/// Internal to kafka/wire.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "kafka/wire/client_properties.h"
#include "kafka/wire/messages/api.h"
#include "kafka/wire/transport.h"
#include "stores/core/deadline.h"

namespace arkive::kafka::wire {

/// Sends a request and gives the body of its answer.
using Exchange = std::function<Result<Bytes>(const Request& request)>;

/// How long the broker will take the connection for authenticated; 0: for ever. kDenied when it refuses us,
/// or when it cannot prove that it knows the password (SCRAM).
Result<std::chrono::milliseconds> sasl_authenticate(const SaslSettings& settings, const BrokerAddress& broker,
                                                    const BrokerVersions& versions, const Exchange& exchange,
                                                    Deadline deadline);

}  // namespace arkive::kafka::wire
