/// SCRAM-SHA-256 and SCRAM-SHA-512, RFC 5802 and RFC 7677, without channel binding, as Kafka speaks it
/// (KIP-84; delegation tokens: KIP-48). Internal to kafka/wire.
#pragma once

#include <memory>
#include <string>

#include "kafka/wire/sasl.h"

namespace arkive::kafka::wire {

/// `nonce`: printable ASCII without a comma. The broker's signature is verified: one that does not know the
/// password is kDenied.
std::unique_ptr<SaslConversation> scram_conversation(const SaslSettings& settings, std::string nonce);

}  // namespace arkive::kafka::wire
