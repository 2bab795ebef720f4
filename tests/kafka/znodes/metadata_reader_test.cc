#include "kafka/znodes/metadata_reader.h"

#include <gmock/gmock.h>

#include "tests/kafka/znodes/recorded_znodes.h"

namespace arkive::kafka::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(MetadataReader, ReadsAclsOfAllKindsThoseThatDenyFirst) {
  const ClusterMetadata metadata = read_cluster_metadata(recorded_step("3.9.1", "ACLs added").after, "");
  std::vector<std::string> rules;
  for (const Acl& acl : metadata.acls) rules.push_back(acl.resource() + " " + acl.rule());
  ASSERT_EQ(rules.size(), 10U);
  EXPECT_EQ(rules.front(), "Topic/prefixed/orders Deny User:mallory All from 10.1.2.3");
  EXPECT_THAT(rules, Contains("Group/prefixed/bill Allow User:CN=alice,O=shop Read from *"));
  EXPECT_THAT(rules, Contains("User/literal/User:bob Allow User:alice DescribeTokens from *"));
  EXPECT_THAT(rules, Contains("TransactionalId/literal/tx-orders Allow User:alice Write from *"));
}

TEST(MetadataReader, ReadsTopicsAsAReassignmentWillLeaveThem) {
  const ClusterMetadata metadata = read_cluster_metadata(
      tree_of({{"/brokers/topics/orders",
                R"({"version":3,"topic_id":"kBjE2EKdQfKjHbdcHDVvuA","partitions":{"0":[1,3,2],"1":[2]},)"
                R"("adding_replicas":{"0":[1]},"removing_replicas":{"0":[2]}})"},
               {"/config/topics/orders", R"({"version":1,"config":{"retention.ms":"-1"}})"},
               {"/config/topics/left", R"({"version":1,"config":{"retention.ms":"7"}})"},
               {"/admin/delete_topics/orders", ""}}),
      "");
  ASSERT_EQ(metadata.topics.size(), 1U);
  const TopicDescription& orders = metadata.topics.at("orders");
  EXPECT_EQ(orders.id, "kBjE2EKdQfKjHbdcHDVvuA");
  EXPECT_THAT(orders.replicas, ElementsAre(Pair(0, ElementsAre(1, 3)), Pair(1, ElementsAre(2))));
  EXPECT_THAT(orders.settings, ElementsAre(Pair("retention.ms", "-1")));
  EXPECT_TRUE(orders.deletion_ordered);
}

TEST(MetadataReader, ReadsQuotasOfUsersClientsAndAddressesAndNoSecret) {
  const ClusterMetadata metadata = read_cluster_metadata(
      tree_of(
          {{"/kafka/config/users/a%2Fb",
            R"({"version":1,"config":{"producer_byte_rate":"1024.5","SCRAM-SHA-256":"salt=c2VjcmV0,stored_key=c2VjcmV0,server_key=c2VjcmV0,iterations=8192"}})"},
           {"/kafka/config/users/<default>/clients/app",
            R"({"version":1,"config":{"request_percentage":"200"}})"},
           {"/kafka/config/ips/<default>", R"({"version":1,"config":{"connection_creation_rate":"5"}})"},
           {"/kafka/config/clients/app", R"({"version":1,"config":{"consumer_byte_rate":"many"}})"}}),
      "/kafka");
  const std::map<QuotaEntity, QuotaValues> wanted = {
      {{{"user", "a/b"}}, {{"producer_byte_rate", 1024.5}}},
      {{{"user", std::nullopt}, {"client-id", "app"}}, {{"request_percentage", 200}}},
      {{{"ip", std::nullopt}}, {{"connection_creation_rate", 5}}}};
  EXPECT_EQ(metadata.quotas, wanted);
  EXPECT_THAT(metadata.scram_users, ElementsAre(ScramUser{"a/b", "SCRAM-SHA-256", "8192"}));
  EXPECT_THAT(metadata.not_understood,
              ElementsAre(Pair("quota/client-id/app/consumer_byte_rate", testing::_)));
}

TEST(MetadataReader, SecretsOfBrokersAreNamedAndNotRead) {
  const ClusterMetadata metadata = read_cluster_metadata(
      tree_of({{"/config/brokers/1",
                R"({"version":1,"config":{"ssl.key.password":"s3cret","log.cleaner.threads":"2"}})"},
               {"/config/brokers/<default>", R"({"version":1,"config":{"log.cleaner.threads":"4"}})"}}),
      "");
  EXPECT_THAT(metadata.broker_settings,
              UnorderedElementsAre(Pair("1", ElementsAre(Pair("log.cleaner.threads", "2"))),
                                   Pair("", ElementsAre(Pair("log.cleaner.threads", "4")))));
  ASSERT_THAT(metadata.not_understood, ElementsAre(Pair("broker/1/ssl.key.password", testing::_)));
  EXPECT_THAT(metadata.not_understood.begin()->second, testing::Not(testing::HasSubstr("s3cret")));
}

TEST(MetadataReader, WhatKafkaDidNotWriteIsNamed) {
  const ClusterMetadata metadata =
      read_cluster_metadata(tree_of({{"/brokers/topics/orders", "not JSON"},
                                     {"/kafka-acl/Topic/orders", "not JSON"},
                                     {"/config/brokers/1", "not JSON"},
                                     {"/delegation_token/tokens/abc", "not JSON"}}),
                            "");
  EXPECT_THAT(
      metadata.not_understood,
      UnorderedElementsAre(Pair("topic/orders", testing::_), Pair("acl/Topic/literal/orders", testing::_),
                           Pair("broker/1", testing::_), Pair("token/abc", testing::_)));
  EXPECT_THAT(metadata.topics, IsEmpty());
}

}  // namespace
}  // namespace arkive::kafka::test
