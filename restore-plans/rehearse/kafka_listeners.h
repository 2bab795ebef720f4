/// The listeners of a throwaway broker.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/result.h"

namespace arkive::rehearse {

enum class KafkaListener : std::uint8_t {
  kPlain,         ///< PLAINTEXT: always there; brokers talk to each other on it
  kScram,         ///< SASL_PLAINTEXT: SCRAM-SHA-256 and -512, PLAIN, OAUTHBEARER
  kTls,           ///< SSL; a client's certificate is asked for, not required
  kTlsScram,      ///< SASL_SSL: as kScram
  kTlsExpired,    ///< SSL with a certificate that ended yesterday
  kKerberos,      ///< SASL_PLAINTEXT: GSSAPI alone, so that its clients cannot do with less
  kTlsWrongHost,  ///< SSL with a certificate of another host
  kController     ///< between the controllers of a cluster without ZooKeeper; not for clients
};

struct ListenerFacts {
  KafkaListener listener;
  std::string_view word;      ///< "tls_scram": in the output of `services`
  std::string_view name;      ///< "SASL_SSL": in server.properties
  std::string_view protocol;  ///< "SASL_SSL": Kafka's security.protocol
};

const ListenerFacts& facts_of(KafkaListener listener);
/// kCorrupt for an unknown word.
Result<KafkaListener> listener_called(std::string_view word);

/// Its port, by listener; those that the broker has.
using KafkaPorts = std::map<KafkaListener, std::uint16_t>;

}  // namespace arkive::rehearse
