/// Who writes to partitions, asked of their leaders. Internal to kafka/wire.
#pragma once

#include <span>
#include <vector>

#include "kafka/wire/cluster.h"

namespace arkive::kafka::wire {

/// As LogSource::producers(): one look, for what it tells is a help and no more.
Result<std::vector<std::vector<ActiveProducer>>> ask_producers(Cluster& cluster,
                                                               std::span<const TopicPartition> partitions,
                                                               Deadline deadline);

}  // namespace arkive::kafka::wire
