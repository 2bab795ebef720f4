/// Offsets of a group, committed at its coordinator. Internal to kafka/wire.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "kafka/log_target.h"
#include "kafka/wire/cluster.h"

namespace arkive::kafka::wire {

/// As LogTarget::commit().
Result<std::vector<ItemAnswer>> commit_offsets(Cluster& cluster, const std::string& group,
                                               std::span<const CommittedOffset> offsets, Deadline deadline);

}  // namespace arkive::kafka::wire
