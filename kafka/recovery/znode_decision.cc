#include "kafka/recovery/znode_decision.h"

#include <array>
#include <utility>
#include <vector>

#include "stores/core/bytes.h"

namespace arkive::kafka {
namespace {

constexpr std::array<std::pair<ZnodeAction, std::string_view>, 5> kNames = {{{ZnodeAction::kDrop, "drop"},
                                                                             {ZnodeAction::kRaise, "raise"},
                                                                             {ZnodeAction::kMake, "make"},
                                                                             {ZnodeAction::kKeep, "keep"},
                                                                             {ZnodeAction::kLeave, "leave"}}};

tl::unexpected<Error> does_not_fit(const ZnodeDecision& decision, const std::string& cause) {
  return fail(Outcome::kUsage,
              "plan of znode '" + printable(decision.path) + "' (" +
                  std::string(znode_action_name(decision.action)) + "): " + cause,
              "make the plan anew with arkive plan");
}

std::optional<Bytes> bytes_of(const std::optional<std::string>& data) {
  return data ? std::optional<Bytes>(*data) : std::nullopt;
}

Status make(const ZnodeDecision& decision, zk::Tree& tree) {
  const zk::NodeIndex parent = tree.find(zk::parent_path(decision.path));
  if (parent == zk::kNoNode) return does_not_fit(decision, "its parent is not in the backup nor made before");
  if (tree.find(decision.path) != zk::kNoNode) return does_not_fit(decision, "it is in the backup");
  zk::AclId acl = zk::kOpenAcl;
  if (!decision.acl_like.empty()) {
    const zk::NodeIndex like = tree.find(decision.acl_like);
    if (like == zk::kNoNode)
      return does_not_fit(
          decision, "its ACL is that of a znode that is not there, '" + printable(decision.acl_like) + "'");
    acl = tree[like].acl;
  }
  const zk::NodeIndex made = tree.make(decision.path);
  tree[made].acl = acl;
  tree.set_data(made, bytes_of(decision.data));
  return ok();
}

}  // namespace

std::string_view znode_action_name(ZnodeAction action) {
  for (const auto& [one, name] : kNames) {
    if (one == action) return name;
  }
  return "keep";
}

std::optional<ZnodeAction> parse_znode_action(std::string_view name) {
  for (const auto& [action, one] : kNames) {
    if (one == name) return action;
  }
  return std::nullopt;
}

Status apply_decisions(std::span<const ZnodeDecision> decisions, zk::Tree& tree) {
  std::vector<zk::NodeIndex> dropped;
  for (const ZnodeDecision& decision : decisions) {
    if (auto status = zk::check_path(decision.path); !status)
      return does_not_fit(decision, "that is no path");
    if (decision.action == ZnodeAction::kMake) {
      ARKIVE_TRY(make(decision, tree));
      continue;
    }
    const zk::NodeIndex index = tree.find(decision.path);
    if (index == zk::kNoNode) return does_not_fit(decision, "the backup has no such znode");
    if (decision.action == ZnodeAction::kRaise) tree.set_data(index, bytes_of(decision.data));
    if (decision.action == ZnodeAction::kDrop) {
      if (index == zk::kRoot) return does_not_fit(decision, "that would be everything");
      dropped.push_back(index);
    }
  }
  tree.remove_all(dropped);
  return ok();
}

}  // namespace arkive::kafka
