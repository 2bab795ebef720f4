/// Configurations of many topics. Internal to kafka/wire.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "kafka/wire/cluster.h"

namespace arkive::kafka::wire {

/// In the order of `topics`. As LogSource::topic_configs.
Result<std::vector<TopicConfigs>> ask_topic_configs(Cluster& cluster, std::span<const std::string> topics,
                                                    Deadline deadline);

}  // namespace arkive::kafka::wire
