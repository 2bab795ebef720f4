#include <gmock/gmock.h>

#include <algorithm>

#include "kafka/znodes/kafka_application.h"
#include "tests/kafka/znodes/recorded_znodes.h"

namespace arkive::kafka::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

std::string view(const zk::Tree& tree, const std::string& path, const std::string& root = "") {
  for (const zk::View& view : kafka_application()->views(tree, root)) {
    if (view.path == path) return view.content;
  }
  return "(no such view)";
}

std::vector<std::string> view_paths(const zk::Tree& tree) {
  std::vector<std::string> paths;
  for (const zk::View& view : kafka_application()->views(tree, "")) paths.push_back(view.path);
  return paths;
}

const std::string kTopic = R"({"version":1,"partitions":{"0":[1]}})";

TEST(Views, AclsOneFactALineSorted) {
  EXPECT_EQ(view(recorded_step("3.9.1", "ACLs added").after, "kafka/acls"),
            "Allow User:* Read Topic literal:* from *\n"
            "Allow User:CN=alice,O=shop Describe Group prefixed:bill from *\n"
            "Allow User:CN=alice,O=shop Read Group prefixed:bill from *\n"
            "Allow User:alice Create Cluster literal:kafka-cluster from *\n"
            "Allow User:alice Describe DelegationToken literal:User:alice from *\n"
            "Allow User:alice DescribeTokens User literal:User:bob from *\n"
            "Allow User:alice Read Group literal:billing from *\n"
            "Allow User:alice Read Topic literal:orders from *\n"
            "Allow User:alice Write TransactionalId literal:tx-orders from *\n"
            "Deny User:mallory All Topic prefixed:orders from 10.1.2.3\n");
}

TEST(Views, TopicsWithoutLeadersAndInSyncReplicas) {
  const std::string begun =
      view(recorded_step("3.9.1", "reassignment of orders-0 begun").after, "kafka/topics/orders");
  EXPECT_THAT(begun, testing::MatchesRegex(
                         "id [^\n]+\npartitions 4\n"
                         "partition 0 replicas 1 3 2\npartition 0 adding 1\npartition 0 removing 2\n"
                         "partition 1 replicas 2 3\npartition 2 replicas 3 1\n"
                         "partition 3 replicas 1 3\n"
                         "config follower[^\n]+\nconfig leader[^\n]+\nconfig retention.ms=-1\n"));
  const Step stopped = recorded_step("3.9.1", "broker 3 stopped");
  EXPECT_EQ(view(stopped.before, "kafka/topics/orders"), view(stopped.after, "kafka/topics/orders"));
}

TEST(Views, UsersQuotasBrokersClusterTokens) {
  const zk::Tree quotas = recorded_step("3.9.1", "quotas set").after;
  EXPECT_EQ(view(quotas, "kafka/users"),
            "user admin SCRAM-SHA-256 iterations=8192\nuser alice SCRAM-SHA-256 iterations=8192\n");
  EXPECT_THAT(view(quotas, "kafka/quotas"), HasSubstr("user alice, client app: producer_byte_rate=1024\n"));
  EXPECT_THAT(view(quotas, "kafka/quotas"),
              HasSubstr("the default user, the default client: consumer_byte_rate=77\n"));
  EXPECT_THAT(view(quotas, "kafka/quotas"), HasSubstr("IP 127.0.0.9: connection_creation_rate=7\n"));
  EXPECT_THAT(view(quotas, "kafka/quotas"), Not(HasSubstr("SCRAM")));
  EXPECT_EQ(view(recorded_step("3.9.1", "broker configs set").after, "kafka/brokers"),
            "all brokers (default) log.retention.ms=86400000\n"
            "broker 1 listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config=(secret)\n"
            "broker 1 log.cleaner.threads=2\n");
  EXPECT_THAT(view(quotas, "kafka/cluster"), testing::MatchesRegex("cluster id [^\n]+\nfeatures status 1\n"));
  const Step renewed = recorded_step("3.9.1", "delegation token renewed");
  EXPECT_THAT(view(renewed.after, "kafka/tokens"),
              testing::MatchesRegex(
                  "token [^ ]+ owner User:alice requester User:alice renewer User:carol ends [^ ]+\n"));
  EXPECT_EQ(view(renewed.before, "kafka/tokens"), view(renewed.after, "kafka/tokens"));
}

TEST(Views, AreTheSameBelowAChroot) {
  const std::vector<Step> at_root = recorded_steps("3.9.1");
  const std::vector<Step> below = recorded_steps("3.9.1", "/a/kafka");
  for (std::size_t i = 0; i < at_root.size(); ++i) {
    const auto expected = kafka_application()->views(at_root[i].after, "");
    const auto found = kafka_application()->views(below[i].after, "/a/kafka");
    ASSERT_EQ(expected.size(), found.size());
    for (std::size_t j = 0; j < expected.size(); ++j) {
      EXPECT_EQ(expected[j].path, found[j].path);
      EXPECT_EQ(expected[j].content, found[j].content);
    }
  }
}

TEST(Views, NamesOfTopicsAreSafeFileNames) {
  const std::string longest(249, 'x');
  const zk::Tree tree = tree_of({{"/brokers/topics/Orders", kTopic},
                                 {"/brokers/topics/orders", kTopic},
                                 {"/brokers/topics/.git", kTopic},
                                 {"/brokers/topics/CON", kTopic},
                                 {"/brokers/topics/dot.", kTopic},
                                 {"/brokers/topics/" + longest, kTopic},
                                 {"/brokers/topics/Alone", kTopic}});
  const std::vector<std::string> paths = view_paths(tree);
  EXPECT_THAT(paths, Contains("kafka/topics/%4Frders"));
  EXPECT_THAT(paths, Contains("kafka/topics/orders"));
  EXPECT_THAT(paths, Contains("kafka/topics/Alone"));
  EXPECT_THAT(paths, Not(Contains("kafka/topics/.git")));
  EXPECT_THAT(paths, Not(Contains("kafka/topics/CON")));
  EXPECT_THAT(paths, Not(Contains("kafka/topics/dot.")));
  EXPECT_EQ(paths.size(), 7U);
  const auto is_long = [](const std::string& path) { return path.find("%long-") != std::string::npos; };
  const auto found = std::find_if(paths.begin(), paths.end(), is_long);
  ASSERT_NE(found, paths.end());
  EXPECT_THAT(view(tree, *found), HasSubstr("name " + longest + "\n"));
}

TEST(Views, DamagedDataIsNamed) {
  const zk::Tree tree =
      tree_of({{"/brokers/topics/t", "{"}, {"/kafka-acl/Topic/t", "x"}, {"/config/users/u", "x"}});
  EXPECT_EQ(view(tree, "kafka/topics/t"), "data of unknown form\n");
  EXPECT_EQ(view(tree, "kafka/acls"), "Topic literal:t: data of unknown form\n");
  EXPECT_EQ(view(tree, "kafka/quotas"), "user u: data of unknown form\n");
}

TEST(Roots, OtherTreesAreNotKafka) {
  const auto roots = [](const std::vector<std::pair<std::string, std::string>>& znodes) {
    return kafka_application()->find_roots(tree_of(znodes));
  };
  EXPECT_THAT(roots({}), IsEmpty());
  EXPECT_THAT(roots({{"/configs/x", ""}, {"/collections/c/state.json", ""}, {"/live_nodes", ""}}), IsEmpty());
  EXPECT_THAT(roots({{"/hbase/rs", ""}, {"/hbase/master", ""}}), IsEmpty());
  EXPECT_THAT(roots({{"/nifi/components/x", ""}}), IsEmpty());
  EXPECT_THAT(roots({{"/brokers/x", ""}, {"/config/y", ""}}), IsEmpty());
  EXPECT_THAT(roots({{"/brokers/ids", ""}, {"/cluster/id", ""}}), ElementsAre(""));
  EXPECT_THAT(roots({{"/a/brokers/ids", ""},
                     {"/a/config/topics", ""},
                     {"/b/brokers/topics/x", ""},
                     {"/b/kafka-acl", ""},
                     {"/solr/configs", ""}}),
              ElementsAre("/a", "/b"));
  EXPECT_THAT(roots({{"/brokers/ids", ""},
                     {"/config/topics", ""},
                     {"/dr/brokers/topics", ""},
                     {"/dr/config/topics", ""}}),
              ElementsAre("", "/dr"));
  EXPECT_THAT(roots({{"/a/b/c/d/brokers/ids", ""}, {"/a/b/c/d/config/topics", ""}}), IsEmpty());
}

TEST(RestoreRules, WhatActsByItselfIsLeftOutWithItsReasonAndItsDirectoryIsKept) {
  const auto application = kafka_application();
  for (const std::string root : {"", "/kafka"}) {
    for (const char* path :
         {"/controller", "/brokers/ids/1", "/config/changes/config_change_0000000001",
          "/kafka-acl-changes/acl_changes_0000000001", "/kafka-acl-extended-changes/acl_changes_0000000001",
          "/isr_change_notification/isr_change_0000000001",
          "/log_dir_event_notification/log_dir_event_0000000001",
          "/delegation_token/token_changes/token_change_0000000001", "/admin/delete_topics/orders",
          "/admin/reassign_partitions", "/admin/preferred_replica_election", "/migration"}) {
      const zk::RestoreRule rule = application->restore_rule(root + path, root);
      EXPECT_FALSE(rule.keep) << path;
      EXPECT_FALSE(rule.reason.empty()) << path;
    }
    for (const char* path : {"/brokers",
                             "/brokers/ids",
                             "/brokers/seqid",
                             "/brokers/topics/t",
                             "/brokers/topics/t/partitions/0/state",
                             "/config/changes",
                             "/config/topics/t",
                             "/config/users/u/clients/c",
                             "/kafka-acl-changes",
                             "/kafka-acl-extended-changes",
                             "/isr_change_notification",
                             "/log_dir_event_notification",
                             "/delegation_token/token_changes",
                             "/delegation_token/tokens/x",
                             "/admin/delete_topics",
                             "/cluster/id",
                             "/controller_epoch",
                             "/latest_producer_id_block",
                             "/feature",
                             "/consumers/g/offsets/t/0",
                             "/kafka-acl/Topic/t",
                             "/kafka-acl-extended/prefixed/Topic/t",
                             "/something/else"}) {
      EXPECT_TRUE(application->restore_rule(root + path, root).keep) << path;
      EXPECT_EQ(application->restore_rule(root + path, root).reason, "") << path;
    }
  }
  EXPECT_EQ(application->restore_rule("/admin/delete_topics/orders", "").reason,
            "would delete the topic again, with its records");
  EXPECT_TRUE(application->restore_rule("/controller", "/kafka").keep);
}

TEST(Overview, CountsAndWarns) {
  const auto facts = kafka_application()->overview(
      recorded_step("3.9.1", "topic with a replica on a dead broker deleted").after, "");
  EXPECT_THAT(facts, Contains(Pair("topics", "2")));
  EXPECT_THAT(facts, Contains(Pair("partitions", "6")));
  EXPECT_THAT(facts, Contains(Pair("brokers that hold them", "1 2 3")));
  EXPECT_THAT(facts, Contains(Pair("ACLs", "9")));
  EXPECT_THAT(facts, Contains(Pair("SCRAM users", "2 (2 credentials)")));
  EXPECT_THAT(facts, Contains(Pair("controller epoch", "1")));
  EXPECT_THAT(facts, Contains(Pair("brokers with configs of their own", "1")));
  EXPECT_THAT(facts, Contains(Pair("largest topics", "orders (4), clicks (2)")));
  EXPECT_THAT(facts, Contains(Pair("warning: topics were being deleted", HasSubstr("clicks"))));
  EXPECT_THAT(facts, Contains(Pair("warning: partitions without a leader", "clicks-0, clicks-1")));
  EXPECT_THAT(
      kafka_application()->overview(recorded_step("3.9.1", "reassignment of orders-0 begun").after, ""),
      Contains(Pair("warning: replicas were being moved", HasSubstr("orders"))));
}

TEST(Summary, CountsByKindAndNamesASingleObject) {
  const auto application = kafka_application();
  const auto summary = [&](const std::vector<zk::ZnodeChange>& changes, const std::string& root = "") {
    return application->summarise(tell(changes, root).sentences);
  };
  EXPECT_EQ(summary(recorded_step("3.9.1", "topics orders and clicks created").changes), "2 topics created");
  EXPECT_EQ(summary(recorded_step("3.9.1", "ACL removed").changes), "1 ACL removed on Topic:orders");
  EXPECT_EQ(summary(recorded_step("3.9.1", "topic clicks deleted").changes), "topic clicks deleted");
  EXPECT_EQ(summary(recorded_step("3.9.1", "quotas changed and removed").changes), "3 quotas changed");
  EXPECT_EQ(summary(recorded_step("3.9.1", "broker 3 stopped").changes), "");
  std::vector<zk::ZnodeChange> both = {change("/k/brokers/topics/a", std::nullopt, kTopic),
                                       change("/k/brokers/topics/b", std::nullopt, kTopic)};
  const std::string rule = R"({"principal":"User:a","permissionType":"Allow","operation":"Read","host":"*"})";
  both.push_back(change("/k/kafka-acl-extended/prefixed/Topic/o", R"({"version":1,"acls":[)" + rule + "]}",
                        std::nullopt));
  EXPECT_EQ(summary(both, "/k"), "2 topics created, 1 ACL removed on Topic:o* (prefixed)");
}

TEST(Summary, StaysShortAndCountsWhatDoesNotFit) {
  const auto application = kafka_application();
  std::vector<zk::Sentence> all;
  for (const Step& step : recorded_steps("3.9.1")) {
    for (const zk::Sentence& sentence : tell(step.changes).sentences) all.push_back(sentence);
  }
  const std::string summary = application->summarise(all);
  EXPECT_LE(summary.size(), 125U) << summary;
  EXPECT_THAT(summary, HasSubstr("more change"));
}

}  // namespace
}  // namespace arkive::kafka::test
