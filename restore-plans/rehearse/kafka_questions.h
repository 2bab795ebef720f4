/// What is asked of brokers and of ZooKeeper to know whether a broker is up. Internal to rehearse.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::rehearse {

struct KnownBrokers {
  std::vector<int> ids;
  int controller = -1;  ///< -1: none is known
};

/// A Metadata request, version 1 (0.10 and later), without topics: what the broker at `port` knows of its
/// cluster.
Result<KnownBrokers> ask_brokers(std::uint16_t port, Deadline deadline);

/// True when a ZooKeeper of the connection string `zookeeper` tells (four-letter word dump) of the ephemeral
/// znode brokers/ids/`id`. False when none answers.
bool is_registered(const std::string& zookeeper, int id);

}  // namespace arkive::rehearse
