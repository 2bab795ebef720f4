#include "kafka/backup/consistency.h"

#include <algorithm>

#include "stores/core/bytes.h"

namespace arkive::kafka {
namespace {

constexpr std::string_view kOfTopic = "DYNAMIC_TOPIC_CONFIG";

std::string quoted(std::string_view value) {
  return "'" + printable(value) + "'";
}

std::string text_of(const std::vector<std::int32_t>& partitions) {
  const bool without_holes = !partitions.empty() && partitions.front() == 0 &&
                             partitions.back() == static_cast<std::int32_t>(partitions.size()) - 1;
  if (without_holes || partitions.empty()) return std::to_string(partitions.size()) + " partitions";
  return std::to_string(partitions.size()) + " partitions up to " + std::to_string(partitions.back());
}

void compare_configs(const TopicInTree& tree, const TopicConfigs& wire, std::vector<std::string>& found) {
  if (!wire.error.empty()) return;  // told as missing already
  if (!tree.config_understood) {
    found.emplace_back("its configuration in the tree is not what Kafka writes");
    return;
  }
  auto left = tree.config;
  for (const ConfigEntry& entry : wire.entries) {
    if (entry.source != kOfTopic) continue;
    const auto in_tree = left.find(entry.name);
    if (in_tree == left.end()) {
      found.push_back("the brokers say " + printable(entry.name) + " is set, the tree does not");
      continue;
    }
    if (!entry.sensitive && entry.value && *entry.value != in_tree->second) {
      found.push_back("the tree says " + printable(entry.name) + "=" + quoted(in_tree->second) +
                      ", the brokers " + quoted(*entry.value));
    }
    left.erase(in_tree);
  }
  for (const auto& [name, value] : left) {
    found.push_back("the tree says " + printable(name) + " is set, the brokers do not");
  }
}

}  // namespace

std::string_view kind_name(Disagreement::Kind kind) {
  switch (kind) {
    case Disagreement::Kind::kMoved:
      return "moved";
    case Disagreement::Kind::kOffset:
      return "offset";
    case Disagreement::Kind::kMismatch:
      break;
  }
  return "mismatch";
}

Result<const ClusterInTree*> cluster_with_id(const std::vector<ClusterInTree>& clusters,
                                             const std::string& cluster_id) {
  std::string others;
  for (const ClusterInTree& cluster : clusters) {
    if (!cluster.cluster_id.empty() && cluster.cluster_id == cluster_id) return &cluster;
    if (!cluster.cluster_id.empty()) others += (others.empty() ? "" : ", ") + printable(cluster.cluster_id);
  }
  if (clusters.size() == 1 && others.empty()) return clusters.data();
  if (clusters.empty()) {
    return fail(Outcome::kNotFound, "compare the tree with the brokers: the tree holds no Kafka cluster",
                "look whether zookeeper.connect has the chroot that the brokers' zookeeper.connect has; a "
                "cluster in KRaft mode has no tree, and no zookeeper section");
  }
  return fail(Outcome::kConflict,
              "compare the tree with the brokers: the brokers belong to cluster id " +
                  printable(cluster_id.empty() ? "(none)" : cluster_id) + ", the tree to " +
                  (others.empty() ? "none" : others),
              "look whether zookeeper.connect and kafka.bootstrap name the same cluster");
}

std::vector<std::string> differences(const TopicInTree* tree, const TopicOnWire& wire) {
  std::vector<std::string> found;
  if (wire.facts == nullptr) {
    if (tree != nullptr) {
      found.push_back(tree->deletion_ordered
                          ? "it is in the tree, with an order to delete it, and the brokers do not name it"
                          : "it is in the tree, but the brokers do not name it: perhaps they do not let the "
                            "archiver describe it");
    }
    return found;
  }
  if (tree == nullptr) {
    found.emplace_back("the brokers name it, but it is not in the tree");
    return found;
  }
  if (!wire.facts->error.empty()) return found;
  if (!tree->understood) {
    found.emplace_back("its znode is not what Kafka writes");
    return found;
  }
  const std::string id = wire.facts->id.text();
  if (!tree->id.empty() && !id.empty() && tree->id != id) {
    found.push_back("the tree says topic id " + printable(tree->id) + ", the brokers " + id);
  }
  std::vector<std::int32_t> partitions;
  for (const PartitionFacts& partition : wire.facts->partitions) partitions.push_back(partition.partition);
  if (partitions != tree->partitions) {
    found.push_back("the tree says " + text_of(tree->partitions) + ", the brokers " + text_of(partitions));
  }
  if (wire.configs != nullptr) compare_configs(*tree, *wire.configs, found);
  return found;
}

std::vector<Disagreement> offsets_out_of_range(const SeenCluster& seen) {
  std::vector<Disagreement> found;
  for (const GroupFacts& group : seen.groups) {
    for (const CommittedOffset& committed : group.offsets) {
      const auto note = [&](std::string what) {
        found.push_back(
            {Disagreement::Kind::kOffset,
             "offset of group " + printable(group.name) + " in " + printable(committed.partition.text()),
             std::move(what)});
      };
      const auto range = seen.archived.find(committed.partition);
      const std::string offset = std::to_string(committed.offset);
      if (range == seen.archived.end()) {
        note(offset + ": the partition is not archived");
      } else if (committed.offset < range->second.begin) {
        note(offset + " is before the first archived offset, " + std::to_string(range->second.begin));
      } else if (committed.offset > range->second.end) {
        note(offset + " is behind the last archived offset, " + std::to_string(range->second.end));
      }
    }
  }
  return found;
}

}  // namespace arkive::kafka
