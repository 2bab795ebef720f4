#include "kafka/znodes/cluster_state.h"

#include <gmock/gmock.h>

#include "tests/kafka/znodes/recorded_znodes.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr const char* kBroker =
    R"({"endpoints":["PLAINTEXT://kafka1:9092"],"host":"kafka1","port":9092,"version":5})";

zk::Reading reading_of(const std::vector<std::pair<std::string, std::string>>& znodes,
                       const std::vector<std::pair<std::string, std::string>>& ephemerals = {}) {
  zk::Reading reading;
  reading.tree = tree_of(znodes);
  for (const auto& [path, data] : ephemerals) reading.ephemerals.push_back({path, {}, data});
  return reading;
}

std::vector<std::string> brokers_of(const ClusterState& state) {
  std::vector<std::string> lines;
  for (const RegisteredBroker& broker : state.brokers) {
    lines.push_back(std::to_string(broker.id) + " " + broker.host + ":" + std::to_string(broker.port));
  }
  return lines;
}

TEST(ClusterState, OfAnEmptyTreeIsNothing) {
  const ClusterState state = cluster_state({}, "");
  EXPECT_EQ(state.controller, -1);
  EXPECT_EQ(state.controller_epoch, -1);
  EXPECT_THAT(state.brokers, IsEmpty());
  EXPECT_FALSE(state.producer_ids);
  EXPECT_THAT(state.not_understood, IsEmpty());
}

TEST(ClusterState, OfALiveCluster) {
  const zk::Reading reading = reading_of(
      {{"/kafka/controller_epoch", "12"},
       {"/kafka/latest_producer_id_block",
        R"({"version":1,"broker":1,"block_start":"3000","block_end":"3999"})"}},
      {{"/kafka/controller", R"({"version":2,"brokerid":10,"timestamp":"1","kraftControllerEpoch":-1})"},
       {"/kafka/brokers/ids/2", kBroker},
       {"/kafka/brokers/ids/10", kBroker},
       {"/brokers/ids/3", kBroker}});
  const ClusterState state = cluster_state(reading, "/kafka");
  EXPECT_EQ(state.controller, 10);
  EXPECT_EQ(state.controller_epoch, 12);
  EXPECT_THAT(brokers_of(state), ElementsAre("2 kafka1:9092", "10 kafka1:9092"));
  ASSERT_TRUE(state.producer_ids);
  EXPECT_FALSE(state.producer_ids->is_null);
  EXPECT_EQ(state.producer_ids->end, 3999);
  EXPECT_THAT(state.not_understood, IsEmpty());
}

TEST(ClusterState, TakesTheFirstEndpointWhereNoneIsPlain) {
  const auto address = [](const std::string& endpoints) {
    return brokers_of(cluster_state(
        reading_of({}, {{"/brokers/ids/1",
                         R"({"host":null,"port":-1,"version":4,"endpoints":[)" + endpoints + "]}"}}),
        ""));
  };
  EXPECT_THAT(address(R"("SASL_SSL://kafka1:9093","X://other:1")"), ElementsAre("1 kafka1:9093"));
  EXPECT_THAT(address(R"("SASL_SSL://[::1]:9093")"), ElementsAre("1 ::1:9093"));
  for (const char* bad : {"", "7", R"("kafka1:9093")", R"("X://kafka1")", R"("X://:9093")",
                          R"("X://a:99999")", R"("X://a:")"}) {
    EXPECT_THAT(address(bad), ElementsAre("1 :0")) << bad;
  }
}

TEST(ClusterState, TellsRegistrationsThatNoSessionEnds) {
  const ClusterState state =
      cluster_state(reading_of({{"/brokers/ids/1", kBroker}, {"/controller", R"({"brokerid":-1})"}}), "");
  EXPECT_THAT(brokers_of(state), ElementsAre("1 kafka1:9092"));
  EXPECT_EQ(state.controller, -1);
  EXPECT_THAT(state.not_understood, IsEmpty());
}

TEST(ClusterState, SaysWhatItDoesNotUnderstand) {
  const ClusterState state =
      cluster_state(reading_of({{"/controller_epoch", "12x"}, {"/latest_producer_id_block", "{}"}},
                               {{"/controller", "7"}, {"/brokers/ids/01", kBroker}, {"/brokers/ids/1", "x"}}),
                    "");
  EXPECT_EQ(state.controller, -1);
  EXPECT_EQ(state.controller_epoch, -1);
  EXPECT_THAT(brokers_of(state), ElementsAre("1 :0"));
  EXPECT_EQ(state.producer_ids->end, -1);
  EXPECT_THAT(state.not_understood,
              testing::UnorderedElementsAre("/controller", "/controller_epoch", "/brokers/ids/01",
                                            "/brokers/ids/1", "/latest_producer_id_block"));
}

TEST(ClusterState, TellsABlockOfProducerIdsWithoutData) {
  zk::Reading reading;
  reading.tree.make("/latest_producer_id_block");
  const ClusterState state = cluster_state(reading, "");
  ASSERT_TRUE(state.producer_ids);
  EXPECT_TRUE(state.producer_ids->is_null);
  EXPECT_THAT(state.not_understood, IsEmpty());
}

TEST(MovementOfZnodes, IsWhatARunningClusterDoes) {
  for (const char* path : {"/brokers/topics/orders/partitions/0/state", "/controller_epoch",
                           "/latest_producer_id_block", "/consumers/old/offsets/orders/0"}) {
    EXPECT_EQ(movement_of(path, ""), Movement::kData) << path;
    EXPECT_EQ(movement_of(std::string("/kafka") + path, "/kafka"), Movement::kData) << path;
    EXPECT_EQ(movement_of(std::string("/kafka") + path, ""), Movement::kNone) << path;
  }
  EXPECT_EQ(movement_of("/config/changes/config_change_0000000001", ""), Movement::kAll);
  for (const char* path : {"/", "/brokers/topics/orders", "/cluster/id", "/controller", "/brokers/ids/1",
                           "/config/topics/orders", "/strimzi"}) {
    EXPECT_EQ(movement_of(path, ""), Movement::kNone) << path;
  }
}

TEST(TopicConfigs, AreToldWithoutSecrets) {
  EXPECT_THAT(without_secrets({{"retention.ms", "-1"}, {"plugin.password", "p"}}),
              ElementsAre(Pair("retention.ms", "-1")));
}

}  // namespace
}  // namespace arkive::kafka::test
