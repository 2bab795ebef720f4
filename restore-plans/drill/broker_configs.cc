#include "restore-plans/drill/broker_configs.h"

#include <algorithm>

namespace arkive::restore_plans {

void leave_out_broker_configs(const zk::Tree& tree, const std::string& root,
                              std::vector<kafka::ZnodeDecision>& decisions,
                              std::vector<std::string>& not_rehearsed) {
  constexpr const char* kEmpty = R"({"version":1,"config":{}})";
  const zk::NodeIndex top = tree.find(root + "/config/brokers");
  if (top == zk::kNoNode) return;
  std::string names;
  tree.walk(top, [&](zk::NodeIndex index, const std::string& path) {
    if (index == top) return true;
    if (tree[index].data() == kEmpty) return false;
    names += (names.empty() ? "" : ", ") + std::string(tree[index].name());
    std::erase_if(decisions, [&](const kafka::ZnodeDecision& one) { return one.path == path; });
    decisions.push_back({path,
                         kafka::ZnodeAction::kRaise,
                         false,
                         kEmpty,
                         {},
                         "listeners, keys and paths of real brokers are not those of a drill's"});
    return false;
  });
  if (names.empty()) return;
  std::ranges::sort(decisions, {}, &kafka::ZnodeDecision::path);
  not_rehearsed.push_back("configs of brokers that are kept in ZooKeeper (" + names +
                          "): listeners, keys and paths of real brokers are not those of a drill's");
}

}  // namespace arkive::restore_plans
