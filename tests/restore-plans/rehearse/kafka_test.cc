#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stores/core/retry.h"
#include "tests/restore-plans/rehearse/kafka_fixture.h"

namespace arkive::rehearse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

TEST_F(KafkaLife, BrokerKeepsItsRecordsOverAStopAndAKill) {
  KafkaSettings settings;
  settings.properties["zookeeper.session.timeout.ms"] = "2000";
  ASSERT_NO_FATAL_FAILURE(start(settings));
  auto& broker = kafka_->broker(1);
  EXPECT_THAT(broker.known_brokers(), ElementsAre(1));
  const auto bootstrap = kafka_->bootstrap();
  create_topic("orders");
  tool(KafkaTool::kConsoleProducer, {"--topic", "orders"}, "one\ntwo\n");

  EXPECT_EQ(broker.stop().value(), Ending::kGraceful);
  EXPECT_TRUE(path_exists(broker.log_directories()[0] + "/.kafka_cleanshutdown"));
  ASSERT_TRUE(broker.start(deadline_));
  ASSERT_TRUE(broker.kill());
  const auto again = broker.start(deadline_);
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(kafka_->bootstrap(), bootstrap);
  const auto records = consume("orders", "2");
  EXPECT_THAT(records, HasSubstr("one"));
  EXPECT_THAT(records, HasSubstr("two"));
}

TEST_F(KafkaLife, TwoBrokersKnowEachOther) {
  KafkaSettings settings;
  settings.brokers = 2;
  settings.first_broker_id = 7;
  settings.log_directories = 2;
  ASSERT_NO_FATAL_FAILURE(start(settings));
  EXPECT_THAT(kafka_->broker(7).known_brokers(), UnorderedElementsAre(7, 8));
  EXPECT_THAT(kafka_->broker(8).known_brokers(), UnorderedElementsAre(7, 8));
  EXPECT_EQ(kafka_->broker(8).log_directories().size(), 2U);
  EXPECT_TRUE(path_exists(kafka_->broker(8).log_directories()[1]));
  ASSERT_TRUE(kafka_->stop());
  EXPECT_FALSE(kafka_->broker(7).running());
}

TEST_F(KafkaLife, ThreeBrokersServeWhileOneIsDownAndFillItAgainAfterItLostItsData) {
  KafkaSettings settings;
  settings.brokers = 3;
  settings.properties["zookeeper.session.timeout.ms"] = "2000";
  settings.properties["default.replication.factor"] = "3";
  ASSERT_NO_FATAL_FAILURE(start(settings));
  tool(KafkaTool::kTopics, {"--create", "--topic", "orders", "--replica-assignment", "2:1:3"});
  tool(KafkaTool::kConsoleProducer, {"--topic", "orders"}, "one\n");

  auto& second = kafka_->broker(2);
  ASSERT_TRUE(second.pause());
  EXPECT_FALSE(second.ready());
  ASSERT_TRUE(second.kill());
  ASSERT_TRUE(second.wipe());
  tool(KafkaTool::kConsoleProducer, {"--topic", "orders"}, "two\n");
  const auto again = second.start(deadline_);
  ASSERT_TRUE(again) << again.error().what;
  const std::string segment = "/orders-0/00000000000000000000.log";
  const auto bytes = [&](int id) {
    return read_file(kafka_->broker(id).log_directories()[0] + segment).value_or("none at " + second.name());
  };
  while (bytes(2) != bytes(1) && pause_for(20ms, deadline_) && !deadline_.passed()) continue;
  EXPECT_EQ(bytes(2), bytes(1));
  EXPECT_THAT(consume("orders", "2"), HasSubstr("two"));
}

TEST_F(KafkaLife, BrokerWithoutZooKeeperKeepsItsClusterOverAKillAndLosesItWithItsData) {
  KafkaSettings settings;
  settings.kraft = true;
  settings.cluster_id = "kBjE2EKdQfKjHbdcHDVvuA";
  settings.scram_listener = true;
  settings.scram_users = {{"alice", "secret"}};
  settings.properties["broker.session.timeout.ms"] = "2000";
  ASSERT_NO_FATAL_FAILURE(start(settings));
  const auto list = [&] {
    return tool(KafkaTool::kTopics, {"--bootstrap-server", kafka_->scram_bootstrap(), "--command-config",
                                     kafka_->client_settings("scram"), "--list"});
  };
  create_topic("orders");
  auto& broker = kafka_->broker(1);
  ASSERT_TRUE(broker.kill());
  auto again = broker.start(deadline_);
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_THAT(list(), HasSubstr("orders"));

  ASSERT_TRUE(broker.stop());
  ASSERT_TRUE(broker.wipe());
  again = broker.start(deadline_);
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_THAT(list(), testing::Not(HasSubstr("orders")));
  EXPECT_THAT(read_file(broker.log_directories()[0] + "/meta.properties").value_or(""),
              HasSubstr("cluster.id=kBjE2EKdQfKjHbdcHDVvuA"));
}

TEST_F(KafkaLife, ZooKeeperIsAskedForByThoseWhoNeedOneAndByNoOthers) {
  EXPECT_EQ(KafkaCluster::start(directory(), "", {}, deadline_).error().outcome, Outcome::kUsage);
  KafkaSettings settings;
  settings.kraft = true;
  EXPECT_EQ(KafkaCluster::start(directory(), "127.0.0.1:1", settings, deadline_).error().outcome,
            Outcome::kUsage);
}

TEST_P(EveryKafka, ServesTopicsConfigsAclsScramUsersRecordsAndGroups) {
  serve_everything(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Version, EveryKafka, testing::Values("3.9.1"), with_underscores);

}  // namespace
}  // namespace arkive::rehearse
