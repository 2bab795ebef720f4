#include "restore-plans/apply/backup_tree.h"

#include <utility>

#include "kafka/recovery/znode_decision.h"
#include "kafka/znodes/cluster_state.h"

namespace arkive::restore_plans {
namespace {

void remove_moving(const Plan& plan, zk::Tree& tree) {
  std::vector<zk::NodeIndex> moving;
  tree.walk(zk::kRoot, [&](zk::NodeIndex index, const std::string& path) {
    if (kafka::movement_of(path, plan.kafka_root) == kafka::Movement::kNone) return true;
    if (index != zk::kRoot) moving.push_back(index);
    return false;
  });
  tree.remove_all(moving);
}

}  // namespace

Result<LoadedTree> tree_as_planned(const Plan& plan, const LoadTree& load, bool still) {
  ARKIVE_ASSIGN(LoadedTree loaded, load());
  ARKIVE_TRY(kafka::apply_decisions(plan.decisions, *loaded.tree));
  if (still) remove_moving(plan, *loaded.tree);
  return loaded;
}

std::vector<Glob> replaced_by(const Plan& plan) {
  std::vector<Glob> globs;
  for (const kafka::ZnodeDecision& decision : plan.decisions) {
    if (!decision.replaces) continue;
    if (Result<Glob> glob = Glob::parse(glob_of_path(decision.path))) globs.push_back(std::move(*glob));
  }
  return globs;
}

}  // namespace arkive::restore_plans
