/// Settings of topics and brokers, changed. Internal to kafka/wire.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kafka/metadata_admin.h"
#include "kafka/wire/cluster.h"

namespace arkive::kafka::wire {

/// As TopicAdmin::change_configs().
Result<std::vector<ItemAnswer>> change_topic_settings(Cluster& cluster, std::span<const ConfigChange> changes,
                                                      bool validate_only, Deadline deadline);
/// As MetadataAdmin::broker_settings() and change_broker_settings().
Result<Settings> ask_broker_settings(Cluster& cluster, const std::string& broker, Deadline deadline);
Result<ItemAnswer> change_broker_settings(Cluster& cluster, const std::string& broker,
                                          const std::map<std::string, std::optional<std::string>>& settings,
                                          Deadline deadline);

}  // namespace arkive::kafka::wire
