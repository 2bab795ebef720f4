#include "restore-plans/observe/foreign_trees.h"

#include <gmock/gmock.h>

namespace arkive::restore_plans::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> found(const std::string& parent, const std::vector<std::string>& names,
                               const KafkaPlace& place) {
  std::vector<std::string> lines;
  for (const ForeignTree& tree : foreign_below(parent, names, place)) {
    lines.push_back(tree.path + (tree.owner.empty() ? "" : " " + tree.owner));
  }
  return lines;
}

TEST(ForeignTrees, AreNotKafkasOwnNorZooKeepers) {
  const std::vector<std::string> kafkas = {"admin",
                                           "brokers",
                                           "cluster",
                                           "config",
                                           "consumers",
                                           "controller",
                                           "controller_epoch",
                                           "delegation_token",
                                           "feature",
                                           "kafka-acl",
                                           "kafka-acl-changes",
                                           "kafka-acl-extended",
                                           "kafka-acl-extended-changes",
                                           "isr_change_notification",
                                           "latest_producer_id_block",
                                           "log_dir_event_notification",
                                           "zookeeper"};
  EXPECT_THAT(found("", kafkas, {}), IsEmpty());
  EXPECT_THAT(found("/prod/kafka", {"brokers", "zookeeper"}, {"/prod/kafka", {}}),
              ElementsAre("/prod/kafka/zookeeper"));
  // Beside Kafka's root they are nobody's that is known.
  EXPECT_THAT(found("", {"brokers", "kafka"}, {"/kafka", {}}), ElementsAre("/brokers"));
}

TEST(ForeignTrees, AreNotWhatKafkasRootStandsBelow) {
  EXPECT_THAT(found("", {"prod", "production"}, {"/prod/kafka", {}}), ElementsAre("/production"));
  EXPECT_THAT(found("/prod", {"kafka", "kafka2"}, {"/prod/kafka", {}}), ElementsAre("/prod/kafka2"));
}

TEST(ForeignTrees, AreNamedWhereTheirOwnersAreKnown) {
  EXPECT_THAT(
      found("", {"CruiseControlBrokerList", "kafka-manager", "schema_registry", "solr", "strimzi"}, {}),
      ElementsAre("/CruiseControlBrokerList Cruise Control", "/kafka-manager CMAK (Kafka Manager)",
                  "/schema_registry Schema Registry", "/solr", "/strimzi Strimzi's topic operator"));
  EXPECT_THAT(found("/kafka", {"schema_registry"}, {"/kafka", {}}),
              ElementsAre("/kafka/schema_registry Schema Registry"));
  EXPECT_THAT(found("", {"kafka", "other", "others"}, {"/kafka", {"/other/kafka"}}),
              ElementsAre("/other another cluster of Kafka", "/others"));
  for (const KnownOwner& one : known_owners()) {
    const std::vector<std::string> name = {std::string(one.path.substr(1))};
    const auto trees = foreign_below("", name, {});
    ASSERT_EQ(trees.size(), 1U);
    EXPECT_EQ(trees[0],
              (ForeignTree{std::string(one.path), std::string(one.owner), std::string(one.danger)}));
  }
}

TEST(ForeignTrees, IncludeAMigrationToKRaft) {
  EXPECT_THAT(found("/kafka", {"brokers", "migration"}, {"/kafka", {}}),
              ElementsAre("/kafka/migration Kafka's migration to KRaft"));
  EXPECT_THAT(found("", {"migration"}, {"/kafka", {}}), ElementsAre("/migration"));
}

}  // namespace
}  // namespace arkive::restore_plans::test
