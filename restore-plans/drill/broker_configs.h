/// The configs of brokers that are kept in ZooKeeper, which brokers of a drill must not have. Internal to
/// restore-plans/drill.
#pragma once

#include <string>
#include <vector>

#include "kafka/recovery/znode_decision.h"
#include "zk/tree.h"

namespace arkive::restore_plans {

/// Decides that each znode below <root>/config/brokers becomes an empty config: it may name listeners other
/// than 127.0.0.1, key stores of hosts, and times after which records are deleted. Says so in
/// `not_rehearsed`, unless they are empty anyway. `decisions` stay ascending.
void leave_out_broker_configs(const zk::Tree& tree, const std::string& root,
                              std::vector<kafka::ZnodeDecision>& decisions,
                              std::vector<std::string>& not_rehearsed);

}  // namespace arkive::restore_plans
