#include "kafka/znodes/topics_in_tree.h"

#include "kafka/znodes/roots.h"
#include "kafka/znodes/tree_access.h"
#include "kafka/znodes/znode_data.h"

namespace arkive::kafka {
namespace {

TopicInTree topic_of(Bytes data) {
  TopicInTree topic;
  const auto parsed = parse_topic(data);
  if (!parsed) return topic;
  topic.understood = true;
  topic.id = parsed->id;
  for (const auto& [partition, replicas] : parsed->replicas) topic.partitions.push_back(partition);
  return topic;
}

}  // namespace

ClusterInTree cluster_in_tree(const zk::Tree& tree, const std::string& root) {
  ClusterInTree cluster;
  cluster.root = root;
  cluster.cluster_id = parse_cluster_id(data_at(tree, root, "/cluster/id")).value_or("");
  for_each_child(tree, root, "/brokers/topics", [&](zk::NodeIndex index) {
    cluster.topics.emplace(tree[index].name(), topic_of(tree[index].data()));
  });
  // A config may stand there without a topic: what a deleted one left behind. That is no topic.
  for_each_child(tree, root, "/config/topics", [&](zk::NodeIndex index) {
    const auto found = cluster.topics.find(std::string(tree[index].name()));
    if (found == cluster.topics.end()) return;
    auto config = parse_config(tree[index].data());
    found->second.config_understood = config.has_value();
    if (config) found->second.config = std::move(*config);
  });
  for_each_child(tree, root, "/admin/delete_topics", [&](zk::NodeIndex index) {
    const auto found = cluster.topics.find(std::string(tree[index].name()));
    if (found != cluster.topics.end()) found->second.deletion_ordered = true;
  });
  return cluster;
}

std::vector<ClusterInTree> clusters_in_tree(const zk::Tree& tree) {
  std::vector<ClusterInTree> clusters;
  for (const std::string& root : find_roots(tree)) clusters.push_back(cluster_in_tree(tree, root));
  return clusters;
}

std::vector<std::string> znodes_of_topic(std::string_view root, std::string_view topic) {
  std::vector<std::string> paths;
  for (const std::string_view parent : {"/brokers/topics/", "/config/topics/", "/admin/delete_topics/"}) {
    paths.push_back(std::string(root) + std::string(parent) + std::string(topic));
  }
  return paths;
}

}  // namespace arkive::kafka
