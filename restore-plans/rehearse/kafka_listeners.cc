#include "restore-plans/rehearse/kafka_listeners.h"

#include <algorithm>
#include <array>

namespace arkive::rehearse {

namespace {

constexpr std::array<ListenerFacts, 8> kListeners = {{
    {KafkaListener::kPlain, "plain", "PLAINTEXT", "PLAINTEXT"},
    {KafkaListener::kScram, "scram", "SASL_PLAINTEXT", "SASL_PLAINTEXT"},
    {KafkaListener::kTls, "tls", "SSL", "SSL"},
    {KafkaListener::kTlsScram, "tls_scram", "SASL_SSL", "SASL_SSL"},
    {KafkaListener::kKerberos, "kerberos", "KERBEROS", "SASL_PLAINTEXT"},
    {KafkaListener::kTlsExpired, "tls_expired", "EXPIRED", "SSL"},
    {KafkaListener::kTlsWrongHost, "tls_wrong_host", "WRONG_HOST", "SSL"},
    {KafkaListener::kController, "controller", "CONTROLLER", "PLAINTEXT"},
}};

}  // namespace

const ListenerFacts& facts_of(KafkaListener listener) {
  return *std::find_if(kListeners.begin(), kListeners.end(),
                       [&](const ListenerFacts& facts) { return facts.listener == listener; });
}

Result<KafkaListener> listener_called(std::string_view word) {
  for (const auto& facts : kListeners) {
    if (facts.word == word) return facts.listener;
  }
  return fail(Outcome::kCorrupt, "find listener '" + std::string(word) + "': no such listener");
}

}  // namespace arkive::rehearse
