#include "restore-plans/plan/make_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/results.h"

namespace arkive::restore_plans {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kOurId = "AAAAAAAAAAAAAAAAAAAAAQ";

/// A backup of a cluster with topic orders on brokers 1 and 2, and what is observed of it.
class MakePlanTest : public testing::Test {
 protected:
  MakePlanTest() {
    put("/cluster/id", R"({"version":"1","id":"ours"})");
    put("/controller_epoch", "1");
    put("/brokers/topics/orders",
        std::string(R"({"version":3,"topic_id":")") + kOurId + R"(","partitions":{"0":[1,2]}})");
    put("/brokers/topics/orders/partitions/0/state",
        R"({"controller_epoch":1,"leader":1,"version":1,"leader_epoch":3,"isr":[1,2]})");
    put("/config/topics/orders", R"({"version":1,"config":{"retention.ms":"-1"}})");
    for (zk::NodeIndex node = 0; node < tree.index_end(); ++node) tree[node].acl = zk::kOpenAcl;
    backup.tree = &tree;
    backup.where.tree_from = "git:zoo.git";
    backup.where.tree_run = "20261128T030000Z-01b2c3";
    backup.where.cluster = "main";
    seen.zookeeper.reached = Reached::kAnswered;
    seen.zookeeper.address = "zk:2181";
  }

  void put(const std::string& path, const std::string& data) { tree.set_data(tree.make(path), Bytes(data)); }

  void disks_are_there() {
    for (const std::int32_t broker : {1, 2}) {
      kafka::LogsReport report;
      report.host = "kafka" + std::to_string(broker);
      report.broker = broker;
      kafka::InspectedDirectory directory;
      directory.path = "/data";
      directory.meta = kafka::MetaProperties{0, broker, "ours", ""};
      kafka::InspectedPartition partition;
      partition.directory = "orders-0";
      partition.partition = {"orders", 0};
      partition.topic_id = *kafka::TopicId::from_text(kOurId);
      partition.log_end = 100;
      partition.last_epoch = partition.highest_epoch = 4;
      partition.highest_producer_id = 17;
      directory.partitions.push_back(partition);
      report.directories.push_back(directory);
      seen.logs.push_back(report);
    }
  }

  void disks_are_empty() {
    for (const std::int32_t broker : {1, 2}) {
      kafka::LogsReport report;
      report.broker = broker;
      report.directories.push_back({});
      report.directories.back().path = "/data";
      seen.logs.push_back(report);
    }
  }

  void archive_is_there() {
    index.cluster.cluster_id = "ours";
    kafka::ArchivedTopic topic;
    topic.name = "orders";
    topic.id = *kafka::TopicId::from_text(kOurId);
    kafka::ArchivedPartition partition;
    partition.replicas = {1, 2};
    partition.next_offset = 90;
    partition.epochs = {{4, 0}};
    topic.partitions.push_back(partition);
    kafka::GroupFacts billing;
    billing.name = "billing";
    billing.offsets = {{{"orders", 0}, 7, -1, {}}};
    index.groups = {billing};
    backup.archive = &index;
    backup.topics = {topic};
    backup.where.topics_from = "store";
    backup.where.topics_run = "20261128T030000Z-01b2c3";
    backup.highest_producer_id = []() -> Result<std::int64_t> { return 2500; };
  }

  void kafka_answers(const std::string& cluster_id) {
    seen.kafka.reached = Reached::kAnswered;
    seen.kafka.address = "kafka1:9092";
    seen.kafka.cluster_id = cluster_id;
  }

  Result<Plan> plan() { return make_plan(backup, seen, options); }

  static std::vector<std::string> step_ids(const Plan& plan) {
    std::vector<std::string> ids;
    for (const Step& step : plan.steps) ids.push_back(step.id);
    return ids;
  }

  zk::Tree tree;
  kafka::ArchiveIndex index;
  BackupInHand backup;
  Observation seen;
  PlanOptions options;
};

TEST_F(MakePlanTest, AnEmptyZooKeeperBesideFullDisksIsScenarioA) {
  disks_are_there();
  const Plan made = test::value_of(plan());
  EXPECT_EQ(made.scenario, Scenario::kZooKeeperLost);
  EXPECT_THAT(step_ids(made), ElementsAre("stop-brokers", "restore-znodes", "start-brokers", "verify"));
  EXPECT_TRUE(made.may_be_applied());
  ASSERT_EQ(made.partitions.size(), 1U);
  EXPECT_EQ(made.partitions.front().leader_epoch, 5);
}

TEST_F(MakePlanTest, APoisonedZooKeeperIsFoundAndKeptBeforeItIsReplaced) {
  disks_are_there();
  seen.zookeeper.kafka_root = "";
  seen.zookeeper.cluster_id = "another";
  seen.zookeeper.znodes = {{"/", "-"}, {"/cluster", "-"}, {"/cluster/id", "0123"}};
  seen.zookeeper.producer_ids = ObservedProducerIds{true, -1};
  const Plan made = test::value_of(plan());
  EXPECT_EQ(made.scenario, Scenario::kStartedAgainstEmpty);
  EXPECT_THAT(step_ids(made),
              ElementsAre("stop-brokers", "dump-before", "restore-znodes", "start-brokers", "verify"));
  EXPECT_THAT(made.why, Contains(HasSubstr("latest_producer_id_block")));
  EXPECT_THAT(made.steps[2].irreversible, Contains(HasSubstr("/cluster/id")));
}

TEST_F(MakePlanTest, EmptyDisksAreSeededBrokerByBroker) {
  disks_are_empty();
  archive_is_there();
  const Plan made = test::value_of(plan());
  EXPECT_EQ(made.scenario, Scenario::kAllLost);
  EXPECT_THAT(step_ids(made), ElementsAre("stop-brokers", "restore-znodes", "seed-broker-1", "seed-broker-2",
                                          "start-brokers", "verify"));
  EXPECT_THAT(made.steps[2].hosts.front().command,
              ElementsAre("arkive", "restore", "seed", "--from", "store@20261128T030000Z-01b2c3", "--cluster",
                          "main", "--broker", "1", "--log-dirs", "/data"));
  EXPECT_EQ(made.partitions.front().leader_epoch, 5);
  EXPECT_EQ(made.partitions.front().log_end, 90);
}

TEST_F(MakePlanTest, ABrokerWithoutArchivedPartitionsIsStartedAndNotSeeded) {
  disks_are_empty();
  archive_is_there();
  backup.brokers = {{3, "kafka3", 9092}};
  const Plan made = test::value_of(plan());
  EXPECT_THAT(step_ids(made), ElementsAre("stop-brokers", "restore-znodes", "seed-broker-1", "seed-broker-2",
                                          "start-brokers", "verify"));
  EXPECT_EQ(made.steps[4].hosts.size(), 3U);
}

TEST_F(MakePlanTest, EmptyDisksWithoutAnArchiveAreRefused) {
  disks_are_empty();
  EXPECT_TRUE(test::failed_with(Outcome::kUsage, plan()));
}

TEST_F(MakePlanTest, NothingKnownOfTheDisksIsRefusedWithWhatToDo) {
  const auto made = plan();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().outcome, Outcome::kUsage);
  EXPECT_THAT(made.error().hint, HasSubstr("arkive inspect-logs"));
}

TEST_F(MakePlanTest, AnotherClusterThatAnswersIsReplayedInto) {
  archive_is_there();
  kafka_answers("theirs");
  const Plan made = test::value_of(plan());
  EXPECT_EQ(made.scenario, Scenario::kNewCluster);
  EXPECT_THAT(step_ids(made), ElementsAre("restore-metadata", "restore-topics", "restore-groups", "verify"));
}

TEST_F(MakePlanTest, ADeletedTopicIsReplayedAloneAndAWholeClusterNeedsNothing) {
  archive_is_there();
  kafka_answers("ours");
  const Plan lost = test::value_of(plan());
  EXPECT_EQ(lost.scenario, Scenario::kTopicsLost);
  EXPECT_THAT(step_ids(lost), ElementsAre("restore-topics", "restore-groups", "verify"));
  EXPECT_THAT(lost.steps.front().command, Contains("orders"));
  ObservedLiveTopic live;
  live.partitions.push_back({0, 1, 4, {1, 2}, {1, 2}, 0, 90});
  seen.kafka.topics["orders"] = live;
  EXPECT_EQ(test::value_of(plan()).scenario, Scenario::kNothing);
  seen.kafka.topics["orders"].partitions.front().log_start = 90;
  EXPECT_EQ(test::value_of(plan()).scenario, Scenario::kTopicsLost);
}

TEST_F(MakePlanTest, OfGroupsOnlyTheOffsetsInLostTopicsAreBroughtBack) {
  archive_is_there();
  backup.topics.push_back(backup.topics.front());
  backup.topics.back().name = "payments";
  kafka::GroupFacts both;
  both.name = "b[1]";
  both.offsets = {{{"orders", 0}, 7, -1, {}}, {{"payments", 0}, 8, -1, {}}};
  kafka::GroupFacts other;
  other.name = "other";
  other.offsets = {{{"payments", 0}, 9, -1, {}}};
  index.groups = {both, other};
  kafka_answers("ours");
  ObservedLiveTopic live;
  live.partitions.push_back({0, 1, 4, {1, 2}, {1, 2}, 0, 90});
  seen.kafka.topics["payments"] = live;
  seen.kafka.groups["b[1]"] = {"Stable", 2, 1};
  const Plan deleted = test::value_of(plan());
  EXPECT_THAT(deleted.group_offsets, ElementsAre(PlannedGroupOffset{"b[1]", "orders", 0, 7}));
  EXPECT_THAT(deleted.steps[1].command, Contains("orders"));
  EXPECT_THAT(deleted.steps[1].irreversible, IsEmpty());
  EXPECT_THAT(deleted.notes, Contains(AllOf(Field(&kafka::RecoveryNote::object, "group b[1]"),
                                            Field(&kafka::RecoveryNote::what, HasSubstr("has members")))));
  // What was committed in a topic that was emptied is still there.
  live.partitions.front().log_start = 90;
  seen.kafka.topics["orders"] = live;
  const Plan emptied = test::value_of(plan());
  EXPECT_THAT(emptied.steps[1].command, Contains("--overwrite=b\\[1\\]"));
  EXPECT_THAT(emptied.steps[1].irreversible, ElementsAre(HasSubstr("group b[1]")));
  index.groups = {other};
  EXPECT_THAT(step_ids(test::value_of(plan())), ElementsAre("restore-topics", "verify"));
}

TEST_F(MakePlanTest, BrokersThatAnswerOnTheBackupsDisksAreNoNewCluster) {
  disks_are_there();
  kafka_answers("theirs");
  seen.zookeeper.kafka_root = "";
  seen.zookeeper.cluster_id = "theirs";
  EXPECT_EQ(test::value_of(plan()).scenario, Scenario::kStartedAgainstEmpty);
}

TEST_F(MakePlanTest, AConfigIsRevertedByItsPath) {
  options.path = "/config/topics/orders";
  seen.zookeeper.kafka_root = "";
  seen.zookeeper.znodes["/config/topics/orders"] = "0123";
  const Plan made = test::value_of(plan());
  EXPECT_EQ(made.scenario, Scenario::kReverted);
  ASSERT_EQ(made.decisions.size(), 1U);
  EXPECT_TRUE(made.decisions.front().replaces);
  EXPECT_THAT(step_ids(made), ElementsAre("dump-before", "restore-znodes", "notify-brokers"));
  EXPECT_THAT(made.notices, ElementsAre(kafka::Notice{"/config/changes/config_change_",
                                                      R"({"version":2,"entity_path":"topics/orders"})"}));
}

TEST_F(MakePlanTest, DisksOfAnotherClusterAreAConflict) {
  disks_are_there();
  for (kafka::LogsReport& report : seen.logs) report.directories.front().meta->cluster_id = "theirs";
  EXPECT_TRUE(test::failed_with(Outcome::kConflict, plan()));
}

TEST_F(MakePlanTest, ARedactedTreeIsRefusedAndUnknownAclsStopThePlan) {
  disks_are_there();
  backup.unknown_acls = 3;
  EXPECT_FALSE(test::value_of(plan()).may_be_applied());
  options.acl = "world:anyone:cdrwa";
  EXPECT_TRUE(test::value_of(plan()).may_be_applied());
  backup.redacted = true;
  EXPECT_TRUE(test::failed_with(Outcome::kDenied, plan()));
}

TEST_F(MakePlanTest, ABrokerInUseOrDamagedIsToldBeforeAnythingIsDone) {
  disks_are_there();
  seen.logs.front().directories.front().in_use = true;
  const Plan made = test::value_of(plan());
  EXPECT_FALSE(made.may_be_applied());
  EXPECT_THAT(plan_text(made), HasSubstr("was in use by a running broker"));
}

TEST_F(MakePlanTest, ItsJsonIsReadBackAsItWas) {
  disks_are_there();
  seen.zookeeper.kafka_root = "";
  seen.zookeeper.cluster_id = "another";
  seen.zookeeper.znodes = {{"/cluster/id", std::string(64, '0')}};
  const Plan made = test::value_of(plan());
  const Plan read = test::value_of(Plan::from_json(made.to_json()));
  EXPECT_EQ(read.to_json(), made.to_json());
  EXPECT_THAT(plan_differences(made, read), IsEmpty());
  EXPECT_THAT(plan_markdown(made), AllOf(HasSubstr("# Restore: started against empty zookeeper (A')"),
                                         HasSubstr("/brokers/topics/orders/partitions/0/state")));
}

TEST_F(MakePlanTest, NonsenseByHandIsRefusedAndNamed) {
  disks_are_there();
  const Plan made = test::value_of(plan());
  const auto refused = [](Plan plan) {
    const auto read = Plan::from_json(plan.to_json());
    return read ? std::string() : read.error().what;
  };
  Plan wrong = made;
  std::swap(wrong.steps[0], wrong.steps[1]);
  EXPECT_THAT(refused(wrong), HasSubstr("'restore-znodes' stands before"));
  wrong = made;
  wrong.steps.erase(wrong.steps.begin());
  EXPECT_THAT(refused(wrong), HasSubstr("'brokers are down', which no step provides"));
  wrong = made;
  wrong.decisions.push_back(wrong.decisions.front());
  EXPECT_THAT(refused(wrong), HasSubstr("two decisions"));
  wrong = made;
  wrong.decisions.front().path = "no path";
  EXPECT_THAT(refused(wrong), HasSubstr("no path"));
  wrong = made;
  wrong.steps[0].hosts.clear();
  EXPECT_THAT(refused(wrong), HasSubstr("names no host"));
  std::string text = made.to_json();
  text.replace(text.find("\"on-host\""), 9, "\"by-magic\"");
  EXPECT_THAT(Plan::from_json(text).error().what, HasSubstr("'by-magic' is none"));
  for (const char* const other : {"", "{}", "[]", "{\"arkive\": \"store\"}", "nonsense"})
    EXPECT_TRUE(test::failed_with(Outcome::kCorrupt, Plan::from_json(other))) << other;
}

}  // namespace
}  // namespace arkive::restore_plans
