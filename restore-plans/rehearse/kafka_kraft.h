/// Kafka without ZooKeeper (KRaft): each broker is a controller too. Internal to rehearse.
#pragma once

#include <map>
#include <string>

#include "restore-plans/rehearse/kafka_plan.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::rehearse {

/// A new id as Kafka makes them: 16 random bytes, base64 for URLs.
std::string new_cluster_id();

/// The lines of server.properties that make broker `id` one of a cluster without ZooKeeper.
void add_kraft(const KafkaPlan& plan, int id, std::map<std::string, std::string>& lines);

/// Formats the log directories that the file `configuration` names, with the cluster's id and its users, by
/// Kafka's own tool run in `directory`. Nothing to do when `log_directory` (one of them) is formatted
/// already.
Status format_storage(const KafkaPlan& plan, const std::string& configuration,
                      const std::string& log_directory, const std::string& directory, Deadline deadline);

}  // namespace arkive::rehearse
