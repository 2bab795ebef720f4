// Who may write what.
#include "tests/kafka/log_target/contract.h"

namespace arkive::kafka::test {
namespace {

using rehearse::KafkaListener;
using testing::Each;
using testing::Field;
using testing::HasSubstr;

class RightsContract : public LogTargetContract {};

TEST_P(RightsContract, WhatIsForbiddenIsSaidOfEachTopicAndGroup) {
  rehearse::KafkaSettings settings;
  settings.authorizer = true;
  settings.scram_listener = true;
  settings.scram_users = {{"alice", "wonderland"}};
  start(settings);
  record_producer({"create-topic", "hers"});
  record_producer({"create-topic", "orders"});
  tool(KafkaTool::kAcls,
       {"--add", "--allow-principal", "User:alice", "--operation", "Write", "--topic", "hers"});
  tool(KafkaTool::kAcls,
       {"--add", "--allow-principal", "User:alice", "--operation", "Describe", "--topic", "orders"});
  ClientProperties alice;
  alice.protocol = SecurityProtocol::kSaslPlaintext;
  alice.sasl.mechanism = SaslMechanism::kScramSha256;
  alice.sasl.user = "alice";
  alice.sasl.password = "wonderland";
  const auto live = value_of(open(kafka().bootstrap(KafkaListener::kScram), alice, patience()));
  const ProducerIdentity producer = value_of(live->new_producer(patience()));
  const auto appender = value_of(live->open_appender(1, patience()));
  const AppendGot orders = append(*appender, {"orders", 0}, batch_of(0, 10, producer));
  EXPECT_EQ(orders.state, State::kDenied) << orders.error;
  EXPECT_THAT(orders.error, HasSubstr("TOPIC_AUTHORIZATION_FAILED"));
  const AppendGot hers = append(*appender, {"hers", 0}, batch_of(0, 10, producer));
  EXPECT_EQ(hers.state, State::kAppended) << hers.error;
  EXPECT_EQ(end_of({"orders", 0}), 0);
  EXPECT_EQ(end_of({"hers", 0}), 10);

  const std::vector<CommittedOffset> offsets = {{{"hers", 0}, 2, -1, ""}};
  const auto answers = live->commit("readers", offsets, Deadline::after(20s));
  if (answers) {
    EXPECT_THAT(*answers, Each(Field(&ItemAnswer::outcome, Outcome::kDenied)));
    EXPECT_THAT(*answers, Each(Field(&ItemAnswer::error, HasSubstr("GROUP_AUTHORIZATION_FAILED"))));
  } else {
    EXPECT_EQ(answers.error().outcome, Outcome::kDenied) << answers.error().what;
    EXPECT_THAT(answers.error().what, HasSubstr("GROUP_AUTHORIZATION_FAILED"));
  }
}

INSTANTIATE_TEST_SUITE_P(Target, RightsContract, testing::Values("wire", "librdkafka"), target_name);

}  // namespace
}  // namespace arkive::kafka::test
