#include "kafka/metadata/restore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/kafka/metadata/scripted_cluster.h"
#include "tests/support/results.h"

namespace arkive::kafka::test {
namespace {

using namespace std::chrono_literals;
using arkive::test::value_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

const Acl kDeny = {"Deny", "Topic", "literal", "orders", "User:mallory", "Read", "*"};
const Acl kAllow = {"Allow", "Cluster", "literal", "kafka-cluster", "User:root", "Alter", "*"};

ClusterMetadata dumped() {
  ClusterMetadata metadata;
  metadata.topics["orders"] = {"id", {{0, {1, 2}}, {1, {2, 3}}}, {{"retention.ms", "-1"}}, false};
  metadata.topics["__consumer_offsets"] = {"id", {{0, {1}}}, {{"cleanup.policy", "compact"}}, false};
  metadata.acls = {kAllow, kDeny};
  metadata.quotas = {{{{"user", "alice"}}, {{"producer_byte_rate", 1024}}}};
  metadata.broker_settings = {{"", {{"log.cleaner.threads", "2"}}}};
  return metadata;
}

class RestoreMetadataTest : public testing::Test {
 protected:
  MetadataPlan plan(const ClusterMetadata& wanted = dumped()) {
    restore_.emplace(wanted, options_, cluster_, cluster_, 1s);
    return value_of(restore_->plan());
  }
  MetadataRestore::Report run(const ClusterMetadata& wanted = dumped()) {
    const MetadataPlan planned = plan(wanted);
    return value_of(restore_->run(planned));
  }
  static std::vector<std::string> lines(const MetadataPlan& plan) {
    std::vector<std::string> lines;
    for (const MetadataItem& item : plan.items) {
      lines.push_back(std::string(metadata_action_name(item.action)) + " " + item.name);
    }
    return lines;
  }
  static MetadataItem item(const MetadataPlan& plan, const std::string& name) {
    for (const MetadataItem& one : plan.items) {
      if (one.name == name) return one;
    }
    throw std::runtime_error("no item " + name);
  }

  ScriptedCluster cluster_;
  MetadataOptions options_;
  std::optional<MetadataRestore> restore_;
};

TEST_F(RestoreMetadataTest, MakesRulesThatDenyFirstAndTopicsLast) {
  const auto report = run();
  EXPECT_EQ(report.created, 5U);
  EXPECT_THAT(report.failed, IsEmpty());
  EXPECT_THAT(report.differing, IsEmpty());
  EXPECT_THAT(cluster_.steps, ElementsAre("Deny User:mallory Read from *", "Allow User:root Alter from *",
                                          "quota user/alice", "broker  log.cleaner.threads", "topic orders"));
  EXPECT_THAT(cluster_.made["orders"].assignment, ElementsAre(ElementsAre(1, 2), ElementsAre(2, 3)));
}

TEST_F(RestoreMetadataTest, ASecondOneFindsAllTheSameAndChangesNothing) {
  (void)run();
  cluster_.steps.clear();
  const MetadataPlan again = plan();
  EXPECT_THAT(lines(again),
              ElementsAre("same acl/Topic/literal/orders", "same acl/Cluster/literal/kafka-cluster",
                          "same quota/user/alice", "same broker/<default>/log.cleaner.threads",
                          "left out topic/__consumer_offsets", "same topic/orders"));
  EXPECT_TRUE(again.complete());
  EXPECT_EQ(run().created, 0U);
  EXPECT_THAT(cluster_.steps, IsEmpty());
}

TEST_F(RestoreMetadataTest, NothingGoesOnWhenARuleThatDeniesCannotBeMade) {
  cluster_.refuses_acl = [](const Acl& acl) { return acl.denies() ? "INVALID_REQUEST: no" : ""; };
  const auto report = run();
  ASSERT_THAT(report.failed, SizeIs(1));
  EXPECT_EQ(report.failed[0].name, "acl/Topic/literal/orders");
  EXPECT_THAT(report.held_back, SizeIs(4));
  EXPECT_THAT(cluster_.steps, IsEmpty());
}

TEST_F(RestoreMetadataTest, IsRefusedWhereNobodyWouldHeedTheAcls) {
  cluster_.rules.reset();
  const MetadataPlan planned = plan();
  EXPECT_TRUE(planned.no_authorizer);
  const auto refused = restore_->run(planned);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().outcome, Outcome::kConflict);
  EXPECT_THAT(refused.error().hint, HasSubstr("authorizer.class.name"));
  EXPECT_THAT(cluster_.steps, IsEmpty());
  options_.parts.acls = false;
  EXPECT_EQ(run().created, 3U);
}

TEST_F(RestoreMetadataTest, SettingsThatTheClusterDoesNotKnowAreNamedAndLeftOut) {
  ClusterMetadata wanted = dumped();
  wanted.topics["orders"].settings["message.format.version"] = "3.0";
  wanted.topics["orders"].settings["delete.retention.ms"] = "5";
  const MetadataPlan planned = plan(wanted);
  EXPECT_EQ(item(planned, "topic/orders/message.format.version").action, MetadataAction::kCannot);
  EXPECT_FALSE(planned.complete());
  EXPECT_THAT(value_of(restore_->run(planned)).differing, IsEmpty());
  EXPECT_THAT(cluster_.made["orders"].configs,
              ElementsAre(Pair("delete.retention.ms", "5"), Pair("retention.ms", "-1")));
  const MetadataPlan again = plan(wanted);
  EXPECT_EQ(item(again, "topic/orders").action, MetadataAction::kSame);
  EXPECT_EQ(item(again, "topic/orders/message.format.version").action, MetadataAction::kCannot);
}

TEST_F(RestoreMetadataTest, ATopicThatIsRefusedIsNamedBeforeAnythingIsMade) {
  cluster_.refuses_topic = [](const NewTopic&) { return "TOPIC_AUTHORIZATION_FAILED: no"; };
  const MetadataItem refused = item(plan(), "topic/orders");
  EXPECT_EQ(refused.action, MetadataAction::kCannot);
  EXPECT_THAT(refused.reason, HasSubstr("TOPIC_AUTHORIZATION_FAILED"));
}

TEST_F(RestoreMetadataTest, WhatTheClusterHasIsKeptUnlessItIsNamed) {
  cluster_.made["orders"] = {"orders", 2, 1, {}, {{"cleanup.policy", "compact"}}};
  cluster_.limits[{{"user", "alice"}}] = {{"consumer_byte_rate", 7}};
  cluster_.dynamic[""] = {{"log.cleaner.threads", "9"}};
  const MetadataPlan kept = plan();
  EXPECT_EQ(item(kept, "topic/orders").action, MetadataAction::kKeep);
  EXPECT_EQ(item(kept, "topic/orders").reason,
            "retention.ms is not set, in the dump -1; cleanup.policy is compact, in the dump not set");
  EXPECT_EQ(item(kept, "quota/user/alice").action, MetadataAction::kKeep);
  EXPECT_EQ(item(kept, "broker/<default>/log.cleaner.threads").action, MetadataAction::kKeep);
  for (const char* glob : {"topic/orders", "quota/**", "broker/**"}) {
    options_.overwrite.push_back(value_of(Glob::parse(glob)));
  }
  EXPECT_EQ(run().overwritten, 3U);
  EXPECT_THAT(cluster_.made["orders"].configs, ElementsAre(Pair("retention.ms", "-1")));
  EXPECT_THAT((cluster_.limits[{{"user", "alice"}}]), ElementsAre(Pair("producer_byte_rate", 1024)));
  EXPECT_TRUE(plan().complete());
}

TEST_F(RestoreMetadataTest, PartitionsAreNeverAddedOrTaken) {
  cluster_.made["orders"] = {"orders", 5, 1, {}, {{"retention.ms", "-1"}}};
  options_.overwrite.push_back(value_of(Glob::parse("topic/*")));
  const MetadataItem orders = item(plan(), "topic/orders");
  EXPECT_EQ(orders.action, MetadataAction::kKeep);
  EXPECT_THAT(orders.reason, HasSubstr("partitions is 5, in the dump 2"));
}

TEST_F(RestoreMetadataTest, TooFewBrokersAreNoReasonForFewerReplicas) {
  cluster_.brokers = {7};
  EXPECT_THAT(item(plan(), "topic/orders").reason, HasSubstr("say --replication-factor"));
  options_.replication_factor = std::int16_t{1};
  (void)run();
  EXPECT_THAT(cluster_.made["orders"].assignment, IsEmpty());
  EXPECT_EQ(cluster_.made["orders"].partitions, 2);
  EXPECT_EQ(cluster_.made["orders"].replication_factor, 1);
}

TEST_F(RestoreMetadataTest, InternalTopicsComeOverOnlyWhenAskedFor) {
  options_.internal_topics = true;
  cluster_.known_settings.insert("cleanup.policy");
  (void)run();
  EXPECT_THAT(cluster_.made["__consumer_offsets"].assignment, SizeIs(1));
}

TEST_F(RestoreMetadataTest, TopicsAreChosenByName) {
  options_.exclude_topics.push_back(value_of(Glob::parse("ord*")));
  EXPECT_THAT(lines(plan()), testing::Not(testing::Contains("create topic/orders")));
}

TEST_F(RestoreMetadataTest, WhatCannotComeOverIsNamedWithWhatToDo) {
  ClusterMetadata wanted;
  wanted.scram_users = {{"alice", "SCRAM-SHA-256", "8192"}, {"bob", "SCRAM-SHA-512", "4096"}};
  wanted.tokens = {{"old", "User:alice", 5}, {"new", "User:alice", 500}};
  wanted.broker_settings["9"] = {{"log.cleaner.threads", "2"}};
  wanted.broker_settings["1"] = {{"advertised.listeners", "PLAIN://h:1"}};
  wanted.not_understood = {{"broker/1/ssl.key.password", "a secret"}};
  wanted.topics["gone"] = {"", {{0, {1}}}, {}, true};
  cluster_.logins = {{"bob", "SCRAM-SHA-512", "4096"}};
  options_.now = 100;
  const MetadataPlan planned = plan(wanted);
  EXPECT_THAT(
      lines(planned),
      testing::UnorderedElementsAre(
          "cannot come over user/alice/SCRAM-SHA-256", "same user/bob/SCRAM-SHA-512", "left out token/old",
          "cannot come over token/new", "cannot come over broker/9/log.cleaner.threads",
          "cannot come over broker/1/advertised.listeners", "cannot come over broker/1/ssl.key.password",
          "cannot come over topic/gone"));
  EXPECT_THAT(item(planned, "user/alice/SCRAM-SHA-256").reason,
              HasSubstr("--add-config 'SCRAM-SHA-256=[iterations=8192,password=...]'"));
}

TEST_F(RestoreMetadataTest, SuccessIsNotSaidOverWhatCannotBeReadBack) {
  cluster_.forgets = true;
  const MetadataPlan planned = plan();
  restore_->set_read_back_within(0ms);
  const auto report = value_of(restore_->run(planned));
  ASSERT_THAT(report.differing, SizeIs(1));
  EXPECT_EQ(report.differing[0].name, "topic/orders");
}

}  // namespace
}  // namespace arkive::kafka::test
