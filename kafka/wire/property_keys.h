/// Which keys a client.properties may hold, and what arkive makes of each. Internal to kafka/wire.
#pragma once

#include <string>

#include "kafka/wire/client_properties.h"
#include "kafka/wire/properties_file.h"

namespace arkive::kafka::wire {

/// What cannot be put into ClientProperties before all keys are known.
struct PropertiesDraft {
  ClientProperties properties;
  std::string jaas;
  int jaas_line = 0;
  std::string trust_type, key_type;
  std::string key_pem, chain_pem;
};

/// Puts one key's value into `draft`. kUsage, without file and line: an unknown or unsupported key or value.
Status take_property(PropertiesDraft& draft, const Property& property);

/// "user.passwor" is near "user.password": the known key that `key` was perhaps meant to be; empty: none.
std::string nearest_key(const std::string& key);

}  // namespace arkive::kafka::wire
