#include "kafka/recovery/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stores/core/hash.h"
#include "tests/support/results.h"

namespace arkive::kafka {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using Kind = RecoveryNote::Kind;

constexpr const char* kOurId = "AAAAAAAAAAAAAAAAAAAAAQ";
constexpr const char* kOtherId = "AAAAAAAAAAAAAAAAAAAAAg";

void put(zk::Tree& tree, const std::string& path, const std::optional<std::string>& data) {
  const zk::NodeIndex index = tree.make(path);
  tree.set_data(index, data ? std::optional<Bytes>(*data) : std::nullopt);
  for (zk::NodeIndex node = 0; node < tree.index_end(); ++node) {
    if (tree[node].acl == zk::kUnknownAcl) tree[node].acl = zk::kOpenAcl;
  }
}

std::string state(int leader, int epoch, const std::string& in_sync) {
  return R"({"controller_epoch":1,"leader":)" + std::to_string(leader) + R"(,"version":1,"leader_epoch":)" +
         std::to_string(epoch) + R"(,"isr":[)" + in_sync + "]}";
}

/// A cluster of three with topic orders, one partition on [1,2].
zk::Tree backup() {
  zk::Tree tree;
  put(tree, "/cluster/id", R"({"version":"1","id":"our-cluster"})");
  put(tree, "/controller_epoch", "7");
  put(tree, "/brokers/topics/orders",
      std::string(R"({"version":3,"topic_id":")") + kOurId +
          R"(","partitions":{"0":[1,2]},"adding_replicas":{},"removing_replicas":{}})");
  put(tree, "/brokers/topics/orders/partitions", std::nullopt);
  put(tree, "/brokers/topics/orders/partitions/0", std::nullopt);
  put(tree, "/brokers/topics/orders/partitions/0/state", state(1, 3, "1,2"));
  put(tree, "/config/topics/orders", R"({"version":1,"config":{"retention.ms":"-1"}})");
  put(tree, "/latest_producer_id_block", R"({"version":1,"broker":1,"block_start":"0","block_end":"999"})");
  return tree;
}

ReplicaOnDisk replica(std::int32_t broker, std::int64_t log_end, std::int32_t epoch,
                      const char* id = kOurId) {
  ReplicaOnDisk one;
  one.broker = broker;
  one.topic_id = *TopicId::from_text(id);
  one.log_end = log_end;
  one.last_epoch = one.highest_epoch = epoch;
  return one;
}

ClusterOnDisks disks() {
  ClusterOnDisks cluster;
  cluster.cluster_id = "our-cluster";
  cluster.brokers = {1, 2, 3};
  cluster.partitions[{"orders", 0}] = {replica(1, 200, 5), replica(2, 200, 5)};
  cluster.topic_ids["orders"] = *TopicId::from_text(kOurId);
  cluster.highest_producer_id = 4321;
  return cluster;
}

const ZnodeDecision* about(const ZnodeDecisions& decided, const std::string& path) {
  for (const ZnodeDecision& decision : decided.decisions) {
    if (decision.path == path) return &decision;
  }
  return nullptr;
}

TEST(DecideZnodes, StateIsRaisedAboveTheDisksAndTheControllerAboveItself) {
  const auto decided = decide_znodes(backup(), disks(), {}, {});
  ASSERT_TRUE(test::succeeded(decided));
  const ZnodeDecision* const state_of = about(*decided, "/brokers/topics/orders/partitions/0/state");
  ASSERT_NE(state_of, nullptr);
  EXPECT_EQ(state_of->action, ZnodeAction::kRaise);
  EXPECT_EQ(state_of->data.value_or(""),
            R"({"controller_epoch":8,"leader":1,"version":1,"leader_epoch":6,"isr":[1,2]})");
  EXPECT_EQ(about(*decided, "/controller_epoch")->data.value_or(""), "8");
  EXPECT_EQ(about(*decided, "/brokers/topics/orders"), nullptr) << "nothing in it moves";
}

TEST(DecideZnodes, ProducerIdsGoOnAboveTheLogsAndABlockForEachBroker) {
  const auto decided = decide_znodes(backup(), disks(), {}, {});
  ASSERT_TRUE(test::succeeded(decided));
  EXPECT_EQ(about(*decided, "/latest_producer_id_block")->data.value_or(""),
            R"({"version":1,"broker":1,"block_start":"8000","block_end":"8999"})");
  EXPECT_EQ(decided->producer_ids_end, 8999);
}

TEST(DecideZnodes, ANullBlockIsReplacedWhereProducersHaveWritten) {
  zk::Tree tree = backup();
  tree.set_data(tree.find("/latest_producer_id_block"), std::nullopt);
  TargetZnodes target;
  target.hashes["/latest_producer_id_block"] = "-";
  const auto decided = decide_znodes(tree, disks(), target, {});
  ASSERT_TRUE(test::succeeded(decided));
  EXPECT_TRUE(about(*decided, "/latest_producer_id_block")->replaces);
  EXPECT_THAT(about(*decided, "/latest_producer_id_block")->data.value_or(""), HasSubstr("8999"));
}

TEST(DecideZnodes, AClusterIdThatStartedBrokersMadeIsReplacedByName) {
  TargetZnodes target;
  target.hashes["/cluster/id"] = hex(sha256(R"({"version":"1","id":"new"})"));
  const auto decided = decide_znodes(backup(), disks(), target, {});
  ASSERT_TRUE(test::succeeded(decided));
  const ZnodeDecision* const id = about(*decided, "/cluster/id");
  ASSERT_NE(id, nullptr);
  EXPECT_TRUE(id->replaces);
  EXPECT_EQ(id->action, ZnodeAction::kKeep);
}

TEST(DecideZnodes, DisksOfAnotherClusterAreRefused) {
  ClusterOnDisks others = disks();
  others.cluster_id = "another";
  const auto decided = decide_znodes(backup(), others, {}, {});
  ASSERT_FALSE(decided);
  EXPECT_EQ(decided.error().outcome, Outcome::kConflict);
  EXPECT_THAT(decided.error().what, AllOf(HasSubstr("another"), HasSubstr("our-cluster")));
}

TEST(DecideZnodes, OrdersThatActByThemselvesAreDroppedAndAskedAbout) {
  zk::Tree tree = backup();
  put(tree, "/admin/delete_topics/orders", std::nullopt);
  put(tree, "/admin/reassign_partitions", R"({"version":1,"partitions":[]})");
  put(tree, "/config/changes/config_change_0000000003", "{}");
  const auto decided = decide_znodes(tree, disks(), {}, {});
  ASSERT_TRUE(test::succeeded(decided));
  for (const char* path : {"/admin/delete_topics/orders", "/admin/reassign_partitions",
                           "/config/changes/config_change_0000000003"}) {
    ASSERT_NE(about(*decided, path), nullptr) << path;
    EXPECT_EQ(about(*decided, path)->action, ZnodeAction::kDrop) << path;
  }
  EXPECT_THAT(decided->notes, Contains(AllOf(Field(&RecoveryNote::kind, Kind::kAsks),
                                             Field(&RecoveryNote::object, "topic orders"),
                                             Field(&RecoveryNote::what, HasSubstr("about to be deleted")))));
}

TEST(DecideZnodes, AReassignedTopicLiesWhereItsDirectoriesAre) {
  zk::Tree tree = backup();
  put(tree, "/brokers/topics/orders",
      std::string(R"({"version":3,"topic_id":")") + kOurId +
          R"(","partitions":{"0":[3,1,2]},"adding_replicas":{"0":[3]},"removing_replicas":{"0":[1]}})");
  ClusterOnDisks moved = disks();
  moved.partitions[{"orders", 0}] = {replica(2, 200, 5), replica(3, 200, 5)};
  const auto decided = decide_znodes(tree, moved, {}, {});
  ASSERT_TRUE(test::succeeded(decided));
  EXPECT_EQ(about(*decided, "/brokers/topics/orders")->data.value_or(""),
            std::string(R"({"version":3,"topic_id":")") + kOurId +
                R"(","partitions":{"0":[3,2]},"adding_replicas":{},"removing_replicas":{}})");
}

TEST(DecideZnodes, ATopicThatIsOnTheDisksOnlyIsMadeWhenAskedFor) {
  ClusterOnDisks with_new = disks();
  with_new.partitions[{"new", 0}] = {replica(3, 17, 2, kOtherId)};
  with_new.topic_ids["new"] = *TopicId::from_text(kOtherId);
  const auto without = decide_znodes(backup(), with_new, {}, {});
  ASSERT_TRUE(test::succeeded(without));
  EXPECT_EQ(about(*without, "/brokers/topics/new"), nullptr);
  EXPECT_THAT(without->notes, Contains(AllOf(Field(&RecoveryNote::kind, Kind::kLoses),
                                             Field(&RecoveryNote::what, HasSubstr("17 offsets")))));

  DecideOptions options;
  options.make_missing_topics = true;
  zk::Tree tree = backup();
  const auto made = decide_znodes(tree, with_new, {}, options);
  ASSERT_TRUE(test::succeeded(made));
  ASSERT_TRUE(test::succeeded(apply_decisions(made->decisions, tree)));
  const zk::NodeIndex topic = tree.find("/brokers/topics/new");
  ASSERT_NE(topic, zk::kNoNode);
  EXPECT_EQ(tree[topic].data(), std::string(R"({"version":3,"partitions":{"0":[3]},"topic_id":")") +
                                    kOtherId + R"(","adding_replicas":{},"removing_replicas":{}})");
  EXPECT_EQ(tree[tree.find("/brokers/topics/new/partitions/0/state")].data(),
            R"({"controller_epoch":8,"leader":3,"version":1,"leader_epoch":3,"isr":[3]})");
  EXPECT_EQ(tree[tree.find("/config/topics/new")].data(), R"({"version":1,"config":{}})");
}

TEST(DecideZnodes, KafkasOwnTopicsAreMadeCompacted) {
  zk::Tree tree = backup();
  ClusterOnDisks with_offsets = disks();
  with_offsets.partitions[{"__consumer_offsets", 0}] = {replica(1, 17, 2, kOtherId)};
  DecideOptions options;
  options.make_missing_topics = true;
  const auto made = decide_znodes(tree, with_offsets, {}, options);
  ASSERT_TRUE(test::succeeded(made));
  EXPECT_THAT(about(*made, "/config/topics/__consumer_offsets")->data.value_or(""),
              HasSubstr(R"("cleanup.policy":"compact")"));
}

TEST(DecideZnodes, ATopicMadeAnewAfterTheBackupGetsTheIdOfItsDisks) {
  ClusterOnDisks later = disks();
  later.topic_ids["orders"] = *TopicId::from_text(kOtherId);
  later.partitions[{"orders", 0}] = {replica(3, 5, 0, kOtherId)};
  const auto decided = decide_znodes(backup(), later, {}, {});
  ASSERT_TRUE(test::succeeded(decided));
  EXPECT_THAT(about(*decided, "/brokers/topics/orders")->data.value_or(""),
              AllOf(HasSubstr(kOtherId), HasSubstr(R"("0":[3])")));
}

TEST(DecideZnodes, ATopicWhosePartitionsNobodyHoldsComesBackEmptyAndIsNamed) {
  ClusterOnDisks without = disks();
  without.partitions.clear();
  const auto decided = decide_znodes(backup(), without, {}, {});
  ASSERT_TRUE(test::succeeded(decided));
  EXPECT_THAT(decided->notes, Contains(AllOf(Field(&RecoveryNote::kind, Kind::kLoses),
                                             Field(&RecoveryNote::object, "partition orders-0"))));
  without.brokers = {1};
  const auto unknown = decide_znodes(backup(), without, {}, {});
  ASSERT_TRUE(test::succeeded(unknown));
  EXPECT_THAT(unknown->notes, Contains(AllOf(Field(&RecoveryNote::kind, Kind::kStops),
                                             Field(&RecoveryNote::object, "partition orders-0"))));
}

TEST(DecideZnodes, OtherValuesOfTheTargetStayUnlessTheyAreNamed) {
  TargetZnodes target;
  target.hashes["/config/topics/orders"] = hex(sha256("{}"));
  const auto left = decide_znodes(backup(), disks(), target, {});
  ASSERT_TRUE(test::succeeded(left));
  EXPECT_EQ(about(*left, "/config/topics/orders")->action, ZnodeAction::kLeave);
  DecideOptions options;
  options.replaces = [](std::string_view path) { return path == "/config/topics/orders"; };
  const auto replaced = decide_znodes(backup(), disks(), target, options);
  ASSERT_TRUE(test::succeeded(replaced));
  EXPECT_EQ(about(*replaced, "/config/topics/orders")->action, ZnodeAction::kKeep);
  EXPECT_TRUE(about(*replaced, "/config/topics/orders")->replaces);
}

TEST(DecideZnodes, TheConfigOfATopicThatBrokersMadeAnewIsReplaced) {
  TargetZnodes bare;
  bare.hashes["/config/topics/orders"] = hex(sha256(R"({"version":1,"config":{}})"));
  const auto of_bare = decide_znodes(backup(), disks(), bare, {});
  ASSERT_TRUE(test::succeeded(of_bare));
  EXPECT_TRUE(about(*of_bare, "/config/topics/orders")->replaces);
  TargetZnodes other;
  other.hashes["/brokers/topics/orders"] = hex(sha256(R"({"version":1,"partitions":{"0":[1]}})"));
  other.hashes["/config/topics/orders"] = hex(sha256(R"({"version":1,"config":{"a":"b"}})"));
  const auto of_other = decide_znodes(backup(), disks(), other, {});
  ASSERT_TRUE(test::succeeded(of_other));
  EXPECT_TRUE(about(*of_other, "/config/topics/orders")->replaces);
}

TEST(DecideZnodes, ATopicOfTheTargetThatTheBackupDoesNotKnowStays) {
  ClusterOnDisks with_new = disks();
  with_new.partitions[{"new", 0}] = {replica(3, 17, 2, kOtherId)};
  TargetZnodes target;
  target.hashes["/brokers/topics/new"] = hex(sha256("{}"));
  const auto decided = decide_znodes(backup(), with_new, target, {});
  ASSERT_TRUE(test::succeeded(decided));
  EXPECT_EQ(about(*decided, "/brokers/topics/new"), nullptr);
  EXPECT_THAT(decided->notes, Contains(AllOf(Field(&RecoveryNote::kind, Kind::kAsks),
                                             Field(&RecoveryNote::object, "topic new"),
                                             Field(&RecoveryNote::what, HasSubstr("that stays")))));
}

TEST(ApplyDecisions, RefusesWhatDoesNotFitTheTree) {
  for (const ZnodeDecision& wrong : {ZnodeDecision{"/nowhere", ZnodeAction::kRaise, false, "x", {}, ""},
                                     ZnodeDecision{"/nowhere", ZnodeAction::kDrop, false, {}, {}, ""},
                                     ZnodeDecision{"/cluster/id", ZnodeAction::kMake, false, "x", {}, ""},
                                     ZnodeDecision{"/a/b", ZnodeAction::kMake, false, "x", {}, ""},
                                     ZnodeDecision{"/a", ZnodeAction::kMake, false, "x", "/nowhere", ""},
                                     ZnodeDecision{"no path", ZnodeAction::kDrop, false, {}, {}, ""},
                                     ZnodeDecision{"/", ZnodeAction::kDrop, false, {}, {}, ""}}) {
    zk::Tree tree = backup();
    const Status status = apply_decisions(std::vector{wrong}, tree);
    ASSERT_FALSE(status) << wrong.path;
    EXPECT_EQ(status.error().outcome, Outcome::kUsage);
  }
}

}  // namespace
}  // namespace arkive::kafka
