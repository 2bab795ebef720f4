#include "kafka/znodes/restore_rules.h"

#include <algorithm>

#include "kafka/znodes/znode_names.h"

namespace arkive::kafka {
namespace {

std::string_view reason_to_drop(ZnodeRole role) {
  switch (role) {
    case ZnodeRole::kController:
      return "would keep every broker from becoming the controller";
    case ZnodeRole::kBrokerRegistration:
      return "would stop this broker at its start; brokers register by themselves";
    case ZnodeRole::kNotice:
      return "is a notice of an old change; brokers read everything at their start";
    case ZnodeRole::kTopicDeletion:
      return "would delete the topic again, with its records";
    case ZnodeRole::kReassignment:
      return "would move replicas again, and erase the copies they move from";
    case ZnodeRole::kElection:
      return "would elect leaders again";
    case ZnodeRole::kMigration:
      return "would keep brokers from electing a controller: a migration to KRaft starts anew";
    default:
      return {};
  }
}

}  // namespace

zk::RestoreRule restore_rule(std::string_view path, std::string_view root) {
  const KafkaZnode znode = znode_at(path, root);
  const std::string_view reason = reason_to_drop(znode.role);
  return {reason.empty(), std::string(reason)};
}

bool makes_ephemeral(std::string_view path, std::string_view root) {
  const KafkaZnode znode = znode_at(path, root);
  if (znode.role == ZnodeRole::kBrokerRegistration || znode.role == ZnodeRole::kController) return true;
  if (znode.role != ZnodeRole::kLegacyConsumer) return false;
  // /consumers/GROUP/ids/CONSUMER and /consumers/GROUP/owners/TOPIC/PARTITION (ZkUtils of 0.8 to 1.1)
  const std::string_view below = znode.name;
  const std::size_t group = below.find('/');
  if (group == std::string_view::npos) return false;
  const std::string_view rest = below.substr(group + 1);
  const auto depth = std::count(rest.begin(), rest.end(), '/');
  return (rest.starts_with("ids/") && depth == 1) || (rest.starts_with("owners/") && depth == 2);
}

}  // namespace arkive::kafka
