/// Who besides Kafka keeps znodes, and what they do with a cluster that comes back.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "restore-plans/observe/observation.h"

namespace arkive::restore_plans {

/// The Topic Operator of Strimzi keeps the topics it manages below it, at the ensemble's root; after a loss
/// it deletes those that have no KafkaTopic resource (strimzi-kafka-operator issues 1593, 2775, 3080).
inline constexpr std::string_view kStrimziZnode = "/strimzi";

/// Those known to act on topics: `path` as they make it, at the ensemble's root or in their chroot.
struct KnownOwner {
  std::string_view path;
  std::string_view owner;
  std::string_view danger;
};
std::span<const KnownOwner> known_owners();

/// Where Kafka stands, in the whole ensemble.
struct KafkaPlace {
  std::string root;                 ///< "" or "/prod/kafka"
  std::vector<std::string> others;  ///< roots of other clusters of Kafka
};

/// What of the znodes directly below `parent` ("" is the ensemble's root) is somebody else's: `names` without
/// /zookeeper, Kafka's own, and what Kafka's root stands below. Kafka's own /migration is told: it acts on
/// the cluster all the same.
std::vector<ForeignTree> foreign_below(const std::string& parent, std::span<const std::string> names,
                                       const KafkaPlace& kafka);

}  // namespace arkive::restore_plans
