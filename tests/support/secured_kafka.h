/// A Kafka with a listener of every kind, sound ones and bad ones, and how a client speaks to them.
#pragma once

#include <string>
#include <utility>

#include "kafka/wire/client_properties.h"
#include "restore-plans/rehearse/kafka.h"

namespace arkive::kafka::test {

inline constexpr const char* kScramUser = "alice";
inline constexpr const char* kScramPassword = "wonder,land=\"x\"";

/// Listeners of all kinds; kScramUser may come in with kScramPassword.
inline rehearse::KafkaSettings with_secured_listeners(rehearse::KafkaSettings settings = {}) {
  settings.scram_listener = true;
  settings.scram_users = {{kScramUser, kScramPassword}};
  settings.tls_listener = true;
  settings.bad_tls_listeners = true;
  return settings;
}

/// `trust`: the path of a store of certificates.
inline ClientProperties tls_client(std::string trust) {
  ClientProperties properties;
  properties.protocol = SecurityProtocol::kSsl;
  properties.tls.trust.location = std::move(trust);
  return properties;
}

inline ClientProperties sasl_client(SaslMechanism mechanism, std::string password = kScramPassword) {
  ClientProperties properties;
  properties.protocol = SecurityProtocol::kSaslPlaintext;
  properties.sasl.mechanism = mechanism;
  properties.sasl.user = kScramUser;
  properties.sasl.password = std::move(password);
  return properties;
}

}  // namespace arkive::kafka::test
