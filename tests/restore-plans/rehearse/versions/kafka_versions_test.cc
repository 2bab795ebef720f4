#include "stores/core/retry.h"
#include "tests/restore-plans/rehearse/kafka_fixture.h"

namespace arkive::rehearse {
namespace {

TEST_P(EveryKafka, ServesTopicsConfigsAclsScramUsersRecordsAndGroups) {
  serve_everything(GetParam());
}

TEST_F(KafkaLife, ThreeNodesWithoutZooKeeperServeWhileOneIsKilledAndWiped) {
  KafkaSettings settings;
  settings.version = "4.1.0";
  settings.brokers = 3;
  settings.properties["default.replication.factor"] = "3";
  ASSERT_NO_FATAL_FAILURE(start(settings));
  tool(KafkaTool::kTopics, {"--create", "--topic", "orders", "--replica-assignment", "2:1:3"});
  tool(KafkaTool::kConsoleProducer, {"--topic", "orders"}, "one\n");
  auto& second = kafka_->broker(2);
  ASSERT_TRUE(second.kill());
  ASSERT_TRUE(second.wipe());
  tool(KafkaTool::kConsoleProducer, {"--topic", "orders"}, "two\n");
  const auto again = second.start(deadline_);
  ASSERT_TRUE(again) << again.error().what;
  const auto bytes = [&](int id) {
    return read_file(kafka_->broker(id).log_directories()[0] + "/orders-0/00000000000000000000.log")
        .value_or("none at " + second.name());
  };
  while (bytes(2) != bytes(1) && pause_for(20ms, deadline_) && !deadline_.passed()) continue;
  EXPECT_EQ(bytes(2), bytes(1));
  EXPECT_THAT(consume("orders", "2"), testing::HasSubstr("two"));
  ASSERT_TRUE(kafka_->stop());
}

INSTANTIATE_TEST_SUITE_P(OldVersion, EveryKafka, testing::Values("1.1.1", "2.4.1", "2.8.2", "4.1.0"),
                         with_underscores);

}  // namespace
}  // namespace arkive::rehearse
