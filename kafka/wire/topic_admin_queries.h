/// Topics made and deleted, at the controller. Internal to kafka/wire.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "kafka/topic_admin.h"
#include "kafka/wire/cluster.h"

namespace arkive::kafka::wire {

/// As TopicAdmin::create_topics() and delete_topics().
Result<std::vector<ItemAnswer>> create_topics(Cluster& cluster, std::span<const NewTopic> topics,
                                              bool validate_only, Deadline deadline);
Result<std::vector<ItemAnswer>> delete_topics(Cluster& cluster, std::span<const std::string> topics,
                                              Deadline deadline);

}  // namespace arkive::kafka::wire
