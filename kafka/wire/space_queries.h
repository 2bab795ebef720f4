/// How much room brokers have. Internal to kafka/wire.
#pragma once

#include <vector>

#include "kafka/wire/cluster.h"

namespace arkive::kafka::wire {

/// LogSource::free_space().
Result<std::vector<BrokerSpace>> ask_free_space(Cluster& cluster, Deadline deadline);

}  // namespace arkive::kafka::wire
