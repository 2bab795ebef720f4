/// IncrementalAlterConfigs (KIP-339, brokers since 2.3), versions 0 and 1, and AlterConfigs (KIP-133),
/// versions 0 to 2, which replaces all settings of what it names.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kafka/wire/messages/api.h"
#include "kafka/wire/messages/configs.h"

namespace arkive::kafka::wire {

struct ResourceChange {
  ConfigResource resource;
  std::map<std::string, std::optional<std::string>> settings;  ///< nothing: back to the default
};

Request incremental_alter_configs_request(std::int16_t version, std::span<const ResourceChange> changes,
                                          bool validate_only);
/// Settings without a value are left out, which is what takes them away.
Request alter_configs_request(std::int16_t version, std::span<const ResourceChange> changes,
                              bool validate_only);

struct ResourceChanged {
  ConfigResource resource;
  std::int16_t error = 0;
  std::string message;  ///< the broker's words, if any
};

struct ResourcesChanged {
  std::chrono::milliseconds throttle{0};
  std::vector<ResourceChanged> resources;
};
/// `api`: which of the two was asked.
Result<ResourcesChanged> read_alter_configs(Bytes body, Api api, std::int16_t version);

}  // namespace arkive::kafka::wire
