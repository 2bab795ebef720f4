// ApiVersions, groups, configurations and SASL, against the bytes of Kafka's own classes; and what frames
// them.
#include <gmock/gmock.h>

#include "kafka/wire/messages/api.h"
#include "kafka/wire/messages/configs.h"
#include "kafka/wire/messages/error_codes.h"
#include "kafka/wire/messages/groups.h"
#include "kafka/wire/messages/sasl_messages.h"
#include "tests/kafka/wire/messages/kafka_bytes.h"

namespace arkive::kafka::wire {
namespace {

using namespace arkive::kafka::test;
using arkive::test::failed_with;
using arkive::test::value_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(ApiVersionsMessage, IsAskedForAndReadAsKafkaDoes) {
  for_each_version("ApiVersionsRequest", [](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(api_versions_request(version).body), to_hex(bytes));
  });
  for_each_version("ApiVersionsResponse", [](std::int16_t version, const std::string& bytes) {
    const ApiVersionsAnswer answer = value_of(read_api_versions(bytes, version));
    EXPECT_EQ(answer.error, 0);
    EXPECT_EQ(value_of(answer.versions.pick(Api::kFetch)), 13);
    EXPECT_EQ(answer.api_versions.most, 4);
    expect_cut_ones_refused(bytes, [&](Bytes cut) { return read_api_versions(cut, version).has_value(); });
  });
}

TEST(ApiVersionsMessage, ABrokerThatDoesNotKnowTheVersionAnswersInVersionZero) {
  const std::string told = from_hex(
      "0023"
      "00000001"
      "001200000002");
  const ApiVersionsAnswer answer = value_of(read_api_versions(told, 3));
  EXPECT_EQ(answer.error, kUnsupportedVersion);
  EXPECT_EQ(answer.api_versions.most, 2);
  EXPECT_EQ(value_of(read_api_versions(from_hex("002300000000"), 3)).api_versions.most, -1);
}

TEST(BrokerVersions, WhatIsNotInCommonIsNamedWithBothRanges) {
  BrokerVersions versions;
  EXPECT_THAT(versions.pick(Api::kFetch).error().what, HasSubstr("does not know"));
  versions.set(1, {14, 20});
  const auto newer = versions.pick(Api::kFetch);
  ASSERT_TRUE(failed_with(Outcome::kFail, newer));
  EXPECT_EQ(newer.error().what,
            "ask with Fetch: the broker knows its versions 14 to 20, arkive those of 4 to 13");
  versions.set(1, {0, 3});
  EXPECT_FALSE(versions.knows(Api::kFetch));
  versions.set(1, {5, 7});
  EXPECT_EQ(value_of(versions.pick(Api::kFetch)), 7);
}

TEST(Frame, HasTheHeadOfItsVersion) {
  const Request classic{Api::kMetadata, 5, "body"};
  EXPECT_EQ(to_hex(frame_head(classic, 7, "me") + classic.body),
            "00000010"
            "0003"
            "0005"
            "00000007"
            "00026d65"
            "626f6479");
  const Request flexible{Api::kMetadata, 9, "body"};
  EXPECT_EQ(to_hex(frame_head(flexible, 7, "me") + flexible.body),
            "00000011"
            "0003"
            "0009"
            "00000007"
            "00026d65"
            "00"
            "626f6479");
}

TEST(Frame, CountsWhatIsInsertedAndPutsItInItsPlace) {
  const Request request{Api::kProduce, 3, "abcd", {{1, "XY"}, {3, "Z"}}};
  EXPECT_EQ(to_hex(frame_head(request, 7, "me")),
            "00000013"
            "0000"
            "0003"
            "00000007"
            "00026d65");
  std::string body;
  for (const Bytes piece : body_pieces(request)) body += piece;
  EXPECT_EQ(body, "aXYbcZd");
}

TEST(Frame, AnAnswerOfAnotherRequestIsRefused) {
  EXPECT_EQ(value_of(body_of_answer(from_hex("00000007aa"), Api::kMetadata, 5, 7)), "\xaa");
  EXPECT_EQ(value_of(body_of_answer(from_hex("0000000700aa"), Api::kMetadata, 9, 7)), "\xaa");
  EXPECT_EQ(value_of(body_of_answer(from_hex("0000000700"), Api::kApiVersions, 3, 7)), Bytes("\0", 1));
  const auto other = body_of_answer(from_hex("00000008aa"), Api::kMetadata, 5, 7);
  ASSERT_TRUE(failed_with(Outcome::kCorrupt, other));
  EXPECT_THAT(other.error().what, HasSubstr("correlation id 8 instead of 7"));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, body_of_answer("", Api::kMetadata, 5, 7)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, body_of_answer(from_hex("00000007"), Api::kMetadata, 9, 7)));
}

TEST(GroupMessages, AreAskedForAsKafkaDoes) {
  const std::vector<std::string> two = {"readers", "others"};
  const std::vector<std::string> one = {"readers"};
  for_each_version("ListGroupsRequest", [](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(list_groups_request(version).body), to_hex(bytes));
  });
  for_each_version("DescribeGroupsRequest", [&](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(describe_groups_request(version, two).body), to_hex(bytes));
  });
  for_each_version("ConsumerGroupDescribeRequest", [&](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(describe_consumer_groups_request(version, two).body), to_hex(bytes));
  });
  for_each_version("OffsetFetchRequest", [&](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(offset_fetch_request(version, one).body), to_hex(bytes));
  });
}

TEST(GroupMessages, AreReadInEveryVersion) {
  for_each_version("ListGroupsResponse", [](std::int16_t version, const std::string& bytes) {
    const ListGroups answer = value_of(read_list_groups(bytes, version));
    ASSERT_THAT(answer.groups, SizeIs(1));
    EXPECT_EQ(answer.groups[0].name, "readers");
    EXPECT_EQ(answer.groups[0].state, version >= 4 ? "Stable" : "");
    expect_cut_ones_refused(bytes, [&](Bytes cut) { return read_list_groups(cut, version).has_value(); });
  });
  for_each_version("DescribeGroupsResponse", [](std::int16_t version, const std::string& bytes) {
    const DescribeGroups answer = value_of(read_describe_groups(bytes, version));
    ASSERT_THAT(answer.groups, SizeIs(2));
    EXPECT_EQ(answer.groups[0].state, "Stable");
    EXPECT_EQ(answer.groups[0].members, 2);
    EXPECT_EQ(answer.groups[1].name, "others");
    EXPECT_EQ(answer.groups[1].error, 30);
    expect_cut_ones_refused(bytes, [&](Bytes cut) { return read_describe_groups(cut, version).has_value(); });
  });
  for_each_version("ConsumerGroupDescribeResponse", [](std::int16_t version, const std::string& bytes) {
    const DescribeGroups answer = value_of(read_describe_consumer_groups(bytes, version));
    EXPECT_EQ(answer.throttle.count(), 16);
    ASSERT_THAT(answer.groups, SizeIs(2));
    EXPECT_EQ(answer.groups[0].name, "readers");
    EXPECT_EQ(answer.groups[0].state, "Stable");
    EXPECT_EQ(answer.groups[0].protocol, "consumer");
    EXPECT_EQ(answer.groups[0].members, 2);
    EXPECT_EQ(answer.groups[1].name, "others");
    EXPECT_EQ(answer.groups[1].error, kGroupIdNotFound);
    expect_cut_ones_refused(
        bytes, [&](Bytes cut) { return read_describe_consumer_groups(cut, version).has_value(); });
  });
  for_each_version("OffsetFetchResponse", [](std::int16_t version, const std::string& bytes) {
    const OffsetFetch answer = value_of(read_offset_fetch(bytes, version));
    ASSERT_THAT(answer.groups, SizeIs(1));
    EXPECT_EQ(answer.groups[0].error, 0);
    const auto& offsets = answer.groups[0].offsets;
    ASSERT_THAT(offsets, SizeIs(2));
    EXPECT_EQ(offsets[0].partition, (TopicPartition{"orders", 0}));
    EXPECT_EQ(offsets[0].metadata, std::nullopt);
    EXPECT_EQ(offsets[1].offset, 55);
    EXPECT_EQ(offsets[1].leader_epoch, version >= 5 ? 4 : -1);
    EXPECT_EQ(offsets[1].metadata, "note");
    expect_cut_ones_refused(bytes, [&](Bytes cut) { return read_offset_fetch(cut, version).has_value(); });
  });
}

TEST(ConfigMessages, AreAskedForAndReadAsKafkaDoes) {
  const std::vector<std::string> topics = {"orders"};
  for_each_version("DescribeConfigsRequest", [&](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(topic_configs_request(version, topics).body), to_hex(bytes));
  });
  for_each_version("DescribeConfigsResponse", [](std::int16_t version, const std::string& bytes) {
    const DescribeConfigs answer = value_of(read_describe_configs(bytes, version));
    ASSERT_THAT(answer.topics, SizeIs(2));
    const auto& entries = answer.topics[0].configs.entries;
    ASSERT_THAT(entries, SizeIs(2));
    EXPECT_EQ(entries[0].name, "a.secret");
    EXPECT_TRUE(entries[0].sensitive);
    EXPECT_EQ(entries[0].value, std::nullopt);
    EXPECT_EQ(entries[1].value, "1");
    EXPECT_EQ(entries[1].source, "DYNAMIC_TOPIC_CONFIG");
    EXPECT_EQ(answer.topics[1].error, kUnknownTopicOrPartition);
    EXPECT_EQ(answer.topics[1].configs.error, "not here");
    expect_cut_ones_refused(bytes,
                            [&](Bytes cut) { return read_describe_configs(cut, version).has_value(); });
  });
}

TEST(SaslMessages, AreAskedForAndReadAsKafkaDoes) {
  for_each_version("SaslHandshakeRequest", [](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(sasl_handshake_request(version, "PLAIN").body), to_hex(bytes));
  });
  for_each_version("SaslHandshakeResponse", [](std::int16_t version, const std::string& bytes) {
    const SaslHandshake answer = value_of(read_sasl_handshake(bytes, version));
    EXPECT_EQ(answer.error, kUnsupportedSaslMechanism);
    EXPECT_THAT(answer.mechanisms, ElementsAre("SCRAM-SHA-256", "GSSAPI"));
  });
  for_each_version("SaslAuthenticateRequest", [](std::int16_t version, const std::string& bytes) {
    EXPECT_EQ(to_hex(sasl_authenticate_request(version, Bytes("\0\1\2", 3)).body), to_hex(bytes));
  });
  for_each_version("SaslAuthenticateResponse", [](std::int16_t version, const std::string& bytes) {
    const SaslAuthenticate answer = value_of(read_sasl_authenticate(bytes, version));
    EXPECT_EQ(answer.error, kSaslAuthenticationFailed);
    EXPECT_EQ(answer.message, "no");
    EXPECT_EQ(answer.token, "\x09");
    EXPECT_EQ(answer.lifetime.count(), version >= 1 ? 3'600'000 : 0);
  });
}

TEST(ErrorCodes, AreNamedAsKafkaNamesThem) {
  EXPECT_EQ(error_name(0), "NONE");
  EXPECT_EQ(error_name(-1), "UNKNOWN_SERVER_ERROR");
  EXPECT_EQ(error_name(6), "NOT_LEADER_OR_FOLLOWER");
  EXPECT_EQ(error_name(999), "error code 999");
  EXPECT_EQ(error_meaning(6), Meaning::kLookAgain);
  EXPECT_EQ(error_meaning(14), Meaning::kRetry);
  EXPECT_EQ(error_meaning(29), Meaning::kDenied);
  EXPECT_EQ(error_meaning(999), Meaning::kFinal);
  EXPECT_EQ(error_text(29), "TOPIC_AUTHORIZATION_FAILED: not authorised for the topic");
  EXPECT_EQ(error_text(58, "no\x1b"), "SASL_AUTHENTICATION_FAILED: no\\x1b");
  EXPECT_EQ(broker_error("ask", 5).outcome, Outcome::kRetry);
  EXPECT_EQ(broker_error("ask", 31).outcome, Outcome::kDenied);
}

}  // namespace
}  // namespace arkive::kafka::wire
