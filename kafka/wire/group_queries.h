/// All groups of all coordinators, with their committed offsets. Internal to kafka/wire.
#pragma once

#include <vector>

#include "kafka/wire/cluster.h"

namespace arkive::kafka::wire {

/// As LogSource::groups. Every broker is asked for the groups it coordinates; all are asked again when
/// coordinators moved meanwhile, so that no group falls between two of them. kRetry when a broker of the
/// cluster did not answer in time: its groups would be missing.
Result<std::vector<GroupFacts>> ask_groups(Cluster& cluster, Deadline deadline);

}  // namespace arkive::kafka::wire
