// What administrators ask and change, against the bytes of Kafka's own classes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kafka/wire/messages/acls.h"
#include "kafka/wire/messages/config_changes.h"
#include "kafka/wire/messages/error_codes.h"
#include "kafka/wire/messages/quotas.h"
#include "kafka/wire/messages/topic_changes.h"
#include "tests/kafka/wire/messages/kafka_bytes.h"

namespace arkive::kafka::wire {
namespace {

using arkive::kafka::test::expect_cut_ones_refused;
using arkive::kafka::test::for_each_version;
using arkive::test::value_of;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(CreateTopicsMessage, IsSentAsKafkaDoes) {
  NewTopic placed{"orders", 9, 9, {{1, 2}, {2, 1}}, {{"cleanup.policy", "compact"}, {"retention.ms", "-1"}}};
  const std::vector<NewTopic> topics = {placed, {"x", 3, 2, {}, {}}};
  for_each_version("CreateTopicsRequest", [&](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(create_topics_request(version, topics, true, std::chrono::seconds(30)).body),
              to_hex(bytes));
  });
}

TEST(CreateTopicsMessage, IsReadInEveryVersion) {
  for_each_version("CreateTopicsResponse", [](std::int16_t version, const std::string& bytes) {
    const TopicsChanged answer = value_of(read_create_topics(bytes, version));
    EXPECT_EQ(answer.throttle.count(), version >= 2 ? 17 : 0);
    ASSERT_THAT(answer.topics, SizeIs(2));
    EXPECT_EQ(answer.topics[0].topic, "orders");
    EXPECT_EQ(answer.topics[0].error, kNoError);
    EXPECT_EQ(answer.topics[1].topic, "x");
    EXPECT_EQ(error_name(answer.topics[1].error), "INVALID_CONFIG");
    EXPECT_EQ(answer.topics[1].message, "Unknown topic config name: y");
    expect_cut_ones_refused(bytes, [&](Bytes cut) { return read_create_topics(cut, version).has_value(); });
  });
}

TEST(DeleteTopicsMessage, IsSentAndReadInEveryVersion) {
  const std::vector<std::string> topics = {"orders", "x"};
  for_each_version("DeleteTopicsRequest", [&](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(delete_topics_request(version, topics, std::chrono::seconds(30)).body), to_hex(bytes));
  });
  for_each_version("DeleteTopicsResponse", [](std::int16_t version, const std::string& bytes) {
    const TopicsChanged answer = value_of(read_delete_topics(bytes, version));
    EXPECT_EQ(answer.throttle.count(), 17);
    ASSERT_THAT(answer.topics, SizeIs(2));
    EXPECT_EQ(answer.topics[0].topic, "orders");
    EXPECT_EQ(answer.topics[0].error, kNoError);
    EXPECT_EQ(answer.topics[1].error, kUnknownTopicOrPartition);
    EXPECT_EQ(answer.topics[1].message, version >= 5 ? "no such topic" : "");
    expect_cut_ones_refused(bytes, [&](Bytes cut) { return read_delete_topics(cut, version).has_value(); });
  });
}

TEST(DescribeAclsMessage, AsksForAllAsKafkaDoes) {
  for_each_version("DescribeAclsRequest", [](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(describe_acls_request(version).body), to_hex(bytes));
  });
}

TEST(DescribeAclsMessage, IsReadInTheWordsOfZnodes) {
  for_each_version("DescribeAclsResponse", [](std::int16_t version, const std::string& bytes) {
    const DescribedAcls answer = value_of(read_describe_acls(bytes, version));
    EXPECT_EQ(answer.throttle.count(), 17);
    EXPECT_EQ(answer.error, kNoError);
    const std::string pattern = version >= 1 ? "prefixed" : "literal";
    EXPECT_THAT(answer.acls,
                ElementsAre(Acl{"Allow", "Topic", pattern, "orders", "User:alice", "Read", "*"},
                            Acl{"Deny", "Topic", pattern, "orders", "User:bob", "All", "10.0.0.1"},
                            Acl{"Allow", "Cluster", "literal", "kafka-cluster", "User:alice",
                                "IdempotentWrite", "*"}));
    expect_cut_ones_refused(bytes, [&](Bytes cut) { return read_describe_acls(cut, version).has_value(); });
  });
  for_each_version("RefusedDescribeAclsResponse", [](std::int16_t version, const std::string& bytes) {
    const DescribedAcls answer = value_of(read_describe_acls(bytes, version));
    EXPECT_EQ(answer.error, kSecurityDisabled);
    EXPECT_EQ(answer.message, "No Authorizer is configured.");
    EXPECT_THAT(answer.acls, IsEmpty());
  });
}

TEST(CreateAclsMessage, IsSentAndReadInEveryVersion) {
  for_each_version("CreateAclsRequest", [](std::int16_t version, const std::string& bytes) {
    const std::vector<Acl> acls = {
        {"Deny", "Topic", version >= 1 ? "prefixed" : "literal", "orders", "User:bob", "All", "10.0.0.1"},
        {"Allow", "TransactionalId", "literal", "tx", "User:alice", "Write", "*"}};
    EXPECT_EQ(to_hex(create_acls_request(version, acls).body), to_hex(bytes));
  });
  for_each_version("CreateAclsResponse", [](std::int16_t version, const std::string& bytes) {
    const CreatedAcls created = value_of(read_create_acls(bytes, version));
    EXPECT_EQ(created.throttle.count(), 17);
    ASSERT_THAT(created.answers, SizeIs(2));
    EXPECT_EQ(created.answers[0].error, kNoError);
    EXPECT_EQ(error_name(created.answers[1].error), "INVALID_REQUEST");
    EXPECT_EQ(created.answers[1].message, "no");
    expect_cut_ones_refused(bytes, [&](Bytes cut) { return read_create_acls(cut, version).has_value(); });
  });
}

TEST(CreateAclsMessage, WhatAVersionCannotSayIsTold) {
  const Acl prefixed = {"Allow", "Topic", "prefixed", "o", "User:a", "Read", "*"};
  const Acl on_user = {"Allow", "User", "literal", "User:b", "User:a", "DescribeTokens", "*"};
  EXPECT_THAT(not_sayable(prefixed, 0), testing::HasSubstr("before 2.0"));
  EXPECT_THAT(not_sayable(prefixed, 1), IsEmpty());
  EXPECT_THAT(not_sayable(on_user, 2), testing::HasSubstr("before 3.3"));
  EXPECT_THAT(not_sayable(on_user, 3), IsEmpty());
  EXPECT_THAT(not_sayable({"Allow", "Topic", "literal", "o", "User:a", "Fly", "*"}, 3),
              testing::HasSubstr("operation 'Fly'"));
  EXPECT_THAT(not_sayable({"Allow", "", "literal", "o", "User:a", "Read", "*"}, 3),
              testing::HasSubstr("resource type ''"));
}

const ConfigResource kOrders = {ConfigResource::Kind::kTopic, "orders"};
const ConfigResource kAllBrokers = {ConfigResource::Kind::kBroker, ""};

TEST(AlterConfigsMessage, IsSentAndReadInEveryVersion) {
  const std::vector<ResourceChange> replaced = {
      {kOrders, {{"cleanup.policy", "compact"}, {"gone", std::nullopt}, {"retention.ms", "-1"}}},
      {kAllBrokers, {}}};
  for_each_version("AlterConfigsRequest", [&](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(alter_configs_request(version, replaced, true).body), to_hex(bytes));
  });
  const std::vector<ResourceChange> changed = {
      {kOrders, {{"cleanup.policy", std::nullopt}, {"retention.ms", "-1"}}}, {kAllBrokers, {}}};
  for_each_version("IncrementalAlterConfigsRequest", [&](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(incremental_alter_configs_request(version, changed, true).body), to_hex(bytes));
  });
  for (const Api api : {Api::kAlterConfigs, Api::kIncrementalAlterConfigs}) {
    for_each_version(
        std::string(api_name(api)) + "Response", [&](std::int16_t version, const std::string& bytes) {
          const ResourcesChanged answer = value_of(read_alter_configs(bytes, api, version));
          EXPECT_EQ(answer.throttle.count(), 17);
          ASSERT_THAT(answer.resources, SizeIs(2));
          EXPECT_EQ(answer.resources[0].resource, kOrders);
          EXPECT_EQ(answer.resources[0].error, kNoError);
          EXPECT_EQ(answer.resources[1].resource, kAllBrokers);
          EXPECT_EQ(answer.resources[1].message, "no");
          expect_cut_ones_refused(
              bytes, [&](Bytes cut) { return read_alter_configs(cut, api, version).has_value(); });
        });
  }
}

TEST(DescribeConfigsMessage, AsksForABrokersSettings) {
  const ConfigResource broker = {ConfigResource::Kind::kBroker, "1"};
  for_each_version("BrokerDescribeConfigsRequest", [&](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(describe_configs_request(version, {&broker, 1}).body), to_hex(bytes));
  });
}

TEST(QuotasMessage, AreAskedForAndReadInEveryVersion) {
  for_each_version("DescribeClientQuotasRequest", [](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(describe_quotas_request(version).body), to_hex(bytes));
  });
  for_each_version("DescribeClientQuotasResponse", [](std::int16_t version, const std::string& bytes) {
    const DescribedQuotas answer = value_of(read_describe_quotas(bytes, version));
    EXPECT_EQ(answer.throttle.count(), 17);
    const std::map<QuotaEntity, QuotaValues> wanted = {
        {{{"user", "alice"}, {"client-id", std::nullopt}},
         {{"producer_byte_rate", 1024.5}, {"request_percentage", 200}}},
        {{{"ip", "10.0.0.1"}}, {{"connection_creation_rate", 5}}}};
    EXPECT_EQ(answer.quotas, wanted);
    expect_cut_ones_refused(bytes, [&](Bytes cut) { return read_describe_quotas(cut, version).has_value(); });
  });
  for_each_version("RefusedDescribeClientQuotasResponse", [](std::int16_t version, const std::string& bytes) {
    const DescribedQuotas answer = value_of(read_describe_quotas(bytes, version));
    EXPECT_EQ(error_name(answer.error), "CLUSTER_AUTHORIZATION_FAILED");
    EXPECT_EQ(answer.message, "no");
  });
}

TEST(QuotasMessage, AreChangedAsKafkaDoes) {
  const std::vector<QuotaChange> changes = {{{{"user", "alice"}, {"client-id", std::nullopt}},
                                             {{"producer_byte_rate", 1024.5}, {"consumer_byte_rate", {}}}}};
  for_each_version("AlterClientQuotasRequest", [&](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(alter_quotas_request(version, changes, true).body), to_hex(bytes));
  });
  for_each_version("AlterClientQuotasResponse", [&](std::int16_t version, const std::string& bytes) {
    const ChangedQuotas answer = value_of(read_alter_quotas(bytes, version));
    EXPECT_EQ(answer.throttle.count(), 17);
    ASSERT_THAT(answer.answers, SizeIs(2));
    EXPECT_EQ(answer.answers[0].entity, changes[0].entity);
    EXPECT_EQ(answer.answers[0].error, kNoError);
    EXPECT_EQ(answer.answers[1].entity, (QuotaEntity{{"ip", "here"}}));
    EXPECT_EQ(answer.answers[1].message, "no");
    expect_cut_ones_refused(bytes, [&](Bytes cut) { return read_alter_quotas(cut, version).has_value(); });
  });
}

TEST(ScramUsersMessage, TellsUsersAndNeverWhatIsKeptOfPasswords) {
  for_each_version("DescribeUserScramCredentialsRequest", [](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(describe_scram_users_request(version).body), to_hex(bytes));
  });
  for_each_version(
      "DescribeUserScramCredentialsResponse", [](std::int16_t version, const std::string& bytes) {
        const DescribedScramUsers answer = value_of(read_describe_scram_users(bytes, version));
        EXPECT_EQ(answer.throttle.count(), 17);
        EXPECT_THAT(answer.users, ElementsAre(ScramUser{"alice", "SCRAM-SHA-256", "4096"},
                                              ScramUser{"alice", "SCRAM-SHA-512", "8192"}));
        expect_cut_ones_refused(
            bytes, [&](Bytes cut) { return read_describe_scram_users(cut, version).has_value(); });
      });
}

}  // namespace
}  // namespace arkive::kafka::wire
