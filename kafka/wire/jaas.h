/// The value of sasl.jaas.config (JaasConfig.java): Module flag name="value" ...; Internal to kafka/wire.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "stores/core/result.h"

namespace arkive::kafka::wire {

struct JaasEntry {
  std::string module;  ///< the class's last part: "PlainLoginModule"
  std::map<std::string, std::string> options;
};

/// kUsage, without quoting any of it: it may hold a password.
Result<JaasEntry> parse_jaas(std::string_view text);

}  // namespace arkive::kafka::wire
