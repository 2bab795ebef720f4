/// What a tree of ZooKeeper says of Kafka's topics, for comparing it with what the brokers say.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "zk/tree.h"

namespace arkive::kafka {

struct TopicInTree {
  bool understood = false;  ///< false: its data is not what Kafka writes, and nothing below is known
  std::string id;           ///< as Kafka writes it; empty: none (before 2.8)
  std::vector<std::int32_t> partitions;       ///< ascending
  std::map<std::string, std::string> config;  ///< what is set on the topic itself
  bool config_understood = true;
  bool deletion_ordered = false;
};

struct ClusterInTree {
  std::string root;        ///< "" or "/kafka"
  std::string cluster_id;  ///< empty: none there, or not understood
  std::map<std::string, TopicInTree> topics;
};

/// Every Kafka cluster in the tree, ascending by root. Never fails: what is not understood is said.
std::vector<ClusterInTree> clusters_in_tree(const zk::Tree& tree);

/// That of one root, whether or not it looks like Kafka's.
ClusterInTree cluster_in_tree(const zk::Tree& tree, const std::string& root);

/// The znodes that say what is in TopicInTree, of one topic: absolute paths.
std::vector<std::string> znodes_of_topic(std::string_view root, std::string_view topic);

}  // namespace arkive::kafka
