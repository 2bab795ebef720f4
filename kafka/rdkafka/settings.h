/// Settings: a Kafka client.properties in librdkafka's words. Internal to kafka/rdkafka.
#pragma once

#include <string>
#include <vector>

#include "kafka/wire/client_properties.h"
#include "stores/core/result.h"

namespace arkive::kafka::rdkafka {

struct Setting {
  std::string key;
  std::string value;
  bool secret = false;
};
using Settings = std::vector<Setting>;

/// How to reach and trust the brokers, and how a consumer behaves that changes nothing at them: it joins no
/// group, commits nothing, makes no topic, checks every checksum, reads what is committed, and fails rather
/// than to go elsewhere when an offset is out of range. Holds secrets.
///
/// kUsage, naming the key: what librdkafka cannot do (OAUTHBEARER and delegation tokens are for the reader
/// `wire`; truststores in PKCS#12; a choice of TLS versions or cipher suites), and a keytab or principal that
/// a shell would read in another way. `bootstrap` empty: what the properties name.
Result<Settings> settings_of(const std::string& bootstrap, const ClientProperties& properties);

}  // namespace arkive::kafka::rdkafka
