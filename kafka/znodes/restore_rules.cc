#include "kafka/znodes/restore_rules.h"

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

}  // namespace arkive::kafka
