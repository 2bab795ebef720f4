/// Changes of Kafka's znodes in words. Internal to kafka/znodes.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "zk/application.h"

namespace arkive::kafka {

/// As zk::Application::describe. Ordered: the cluster, topics, ACLs, configs, credentials and quotas, tokens,
/// the cluster, orders to the controller, ZooKeeper's own ACLs, then what only moves.
std::vector<zk::Sentence> describe(std::span<const zk::ZnodeChange> changes, std::string_view root,
                                   std::vector<std::size_t>& unknown);

}  // namespace arkive::kafka
