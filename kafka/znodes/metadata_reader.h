/// What a dump of Kafka's znodes says of the cluster, as a value that a live cluster can be compared with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kafka/cluster_metadata.h"
#include "zk/tree.h"

namespace arkive::kafka {

/// `root`: where Kafka's tree stands ("" or "/kafka"). What is not of a known form goes to `not_understood`,
/// and so do secrets, none of which is in the result. Nothing fails.
ClusterMetadata read_cluster_metadata(const zk::Tree& tree, std::string_view root);

/// What a znode that a dump could not read would have told: "acl/Topic/literal/orders", "topic/orders",
/// "quota/user/alice"; empty: nothing that read_cluster_metadata() tells.
std::string metadata_name_of(std::string_view path, std::string_view root);

}  // namespace arkive::kafka
