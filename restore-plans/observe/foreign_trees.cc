#include "restore-plans/observe/foreign_trees.h"

#include <algorithm>

#include "kafka/znodes/cluster_state.h"

namespace arkive::restore_plans {
namespace {

// CMAK: its issue 878. Cruise Control: failed.brokers.zk.path. Schema Registry: schema.registry.zk.namespace.
constexpr KnownOwner kOwners[] = {
    {kStrimziZnode, "Strimzi's topic operator", "deletes topics that have no KafkaTopic resource"},
    {"/kafka-manager", "CMAK (Kafka Manager)",
     "may carry on reassignments and elections; builds with an old client write topics without their ids"},
    {"/CruiseControlBrokerList", "Cruise Control",
     "moves replicas off brokers that it takes for failed, and it remembers since when they are away"},
    {"/schema_registry", "Schema Registry", "its master goes on writing to its topic of schemas"},
};

constexpr std::string_view kMigration = "/migration";

bool stands_at_or_below(std::string_view path, std::string_view top) {
  return path == top || (path.starts_with(top) && path[top.size()] == '/');
}

}  // namespace

std::span<const KnownOwner> known_owners() {
  return kOwners;
}

std::vector<ForeignTree> foreign_below(const std::string& parent, std::span<const std::string> names,
                                       const KafkaPlace& kafka) {
  std::vector<ForeignTree> foreign;
  for (const std::string& name : names) {
    const std::string path = parent + "/" + name;
    if (path == "/zookeeper" || stands_at_or_below(kafka.root, path)) continue;
    if (parent == kafka.root && kafka::is_kafkas(path, kafka.root)) {
      if (path == kafka.root + std::string(kMigration)) {
        foreign.push_back({path, "Kafka's migration to KRaft",
                           "brokers with ZooKeeper elect no controller while it is under way"});
      }
      continue;
    }
    ForeignTree& tree = foreign.emplace_back(ForeignTree{path, "", ""});
    const auto known = std::find_if(std::begin(kOwners), std::end(kOwners),
                                    [&](const KnownOwner& one) { return one.path.substr(1) == name; });
    if (known != std::end(kOwners)) {
      tree.owner = known->owner;
      tree.danger = known->danger;
    } else if (std::any_of(kafka.others.begin(), kafka.others.end(),
                           [&](const std::string& other) { return stands_at_or_below(other, path); })) {
      tree.owner = "another cluster of Kafka";
    }
  }
  return foreign;
}

}  // namespace arkive::restore_plans
