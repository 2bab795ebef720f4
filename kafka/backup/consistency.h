/// Do the two halves of a backup, ZooKeeper's tree and the archive of the topics, tell of the same cluster?
/// They are read one after the other from a cluster that lives, so that they may differ by what moved in
/// between: a second look at what differs tells the one from the other.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kafka/archive/archive.h"
#include "kafka/znodes/topics_in_tree.h"
#include "stores/core/result.h"

namespace arkive::kafka {

struct Disagreement {
  enum class Kind : std::uint8_t {
    kMoved,     ///< it changed between the two readings: no harm
    kMismatch,  ///< the two do not fit together, also on a second look
    kOffset     ///< a committed offset that the archive does not reach
  };
  Kind kind = Kind::kMismatch;
  std::string object;  ///< "topic orders", "offset of group app in orders-0"
  std::string what;    ///< "the tree says 4 partitions, the brokers 6"
  bool operator==(const Disagreement&) const = default;
};
/// "moved", "mismatch", "offset": as manifests name it.
std::string_view kind_name(Disagreement::Kind kind);

/// The cluster of `clusters` whose id is `cluster_id`. Where none has an id (Kafka before 0.10.1, a tree
/// dumped in parts), the only one. kConflict naming the ids when the tree is that of another cluster;
/// kNotFound when it holds none.
Result<const ClusterInTree*> cluster_with_id(const std::vector<ClusterInTree>& clusters,
                                             const std::string& cluster_id);

/// What the brokers say of one topic.
struct TopicOnWire {
  const TopicFacts* facts = nullptr;      ///< null: the brokers do not name it
  const TopicConfigs* configs = nullptr;  ///< null: not asked
};

/// In words, how they differ: existence, topic id, partitions, configs set on the topic. Empty: not at all. A
/// topic in trouble (facts->error) differs in nothing that is known. Values of configs are told, except of
/// sensitive ones. `tree` null: no such topic there.
std::vector<std::string> differences(const TopicInTree* tree, const TopicOnWire& wire);

/// The committed offsets of all groups that lie outside of what is archived of their partitions.
std::vector<Disagreement> offsets_out_of_range(const SeenCluster& seen);

}  // namespace arkive::kafka
