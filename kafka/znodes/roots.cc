#include "kafka/znodes/roots.h"

namespace arkive::kafka {
namespace {

constexpr int kDeepestRoot = 3;

bool has(const zk::Tree& tree, zk::NodeIndex node, std::string_view child, std::string_view grandchild = {}) {
  const zk::NodeIndex found = tree.find_child(node, child);
  if (found == zk::kNoNode || grandchild.empty()) return found != zk::kNoNode;
  return tree.find_child(found, grandchild) != zk::kNoNode;
}

// Others have a /brokers or a /config too (Pulsar, Solr's /configs); the second sign is Kafka's alone.
bool is_kafka(const zk::Tree& tree, zk::NodeIndex node) {
  if (!has(tree, node, "brokers", "topics") && !has(tree, node, "brokers", "ids")) return false;
  return has(tree, node, "config", "topics") || has(tree, node, "config", "changes") ||
         has(tree, node, "cluster", "id") || has(tree, node, "kafka-acl") ||
         has(tree, node, "controller_epoch") || has(tree, node, "admin", "delete_topics");
}

void search(const zk::Tree& tree, zk::NodeIndex node, int depth, std::vector<std::string>& roots) {
  const bool found = is_kafka(tree, node);
  if (found) roots.push_back(node == zk::kRoot ? std::string() : tree.path(node));
  // Below a chroot nobody looks for another Kafka; beside Kafka's own znodes at "/" there may be one.
  if (depth == kDeepestRoot || (found && node != zk::kRoot)) return;
  for (zk::NodeIndex child = tree[node].first_child; child != zk::kNoNode; child = tree[child].next_sibling) {
    if (tree[child].has_children()) search(tree, child, depth + 1, roots);
  }
}

}  // namespace

std::vector<std::string> find_roots(const zk::Tree& tree) {
  std::vector<std::string> roots;
  search(tree, zk::kRoot, 0, roots);
  return roots;
}

}  // namespace arkive::kafka
