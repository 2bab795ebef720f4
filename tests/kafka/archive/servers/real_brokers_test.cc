// Archives of real brokers: logs that are cut by an unclean election, tombstones that may be lost, listeners
// that want to know who asks.
#include "tests/kafka/archive/servers/real_brokers.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST_F(RealBrokers, ALogCutByAnUncleanElectionBeginsANewGeneration) {
  rehearse::KafkaSettings settings;
  settings.brokers = 2;
  settings.properties = {{"unclean.leader.election.enable", "true"}, {"min.insync.replicas", "1"}};
  start(settings);
  record_producer({"create-topic", "orders", "--assignment", "1,2"});
  record_producer({"produce", "--topic", "orders", "--records", "10"});
  value_of(kafka().broker(2).kill());
  record_producer({"produce", "--topic", "orders", "--records", "10", "--first-record", "10"});
  archive_whole();
  const std::string old = log_of_broker(1);
  EXPECT_TRUE(same(old, logs_.at("orders/0/0")));

  value_of(kafka().broker(1).kill());
  value_of(kafka().broker(2).start(patience()));
  record_producer({"produce", "--topic", "orders", "--records", "30", "--first-record", "100"});
  const ArchiveReport report = archive_whole();
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("was cut below offset 20")));
  EXPECT_TRUE(same(old, logs_.at("orders/0/0")));
  EXPECT_TRUE(same(log_of_broker(2), logs_.at("orders/0/1")));
}

TEST_F(RealBrokers, ATopicWhoseTombstonesMayBeLostBeginsANewGeneration) {
  start();
  record_producer({"create-topic", "orders", "cleanup.policy=compact", "delete.retention.ms=1"});
  record_producer({"produce", "--topic", "orders", "--records", "10", "--keys", "3"});
  archive_whole();
  const std::string old = log_of_broker(1);
  record_producer({"produce", "--topic", "orders", "--records", "10", "--keys", "3"});
  const ArchiveReport report = archive_whole();
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("delete.retention.ms")));
  EXPECT_TRUE(same(old, logs_.at("orders/0/0")));
  EXPECT_TRUE(same(log_of_broker(1), logs_.at("orders/0/1")));
  EXPECT_EQ(archive_whole().partitions_changed, 0U);
}

TEST_F(RealBrokers, ByTlsAndScramTheArchiveIsTheSame) {
  rehearse::KafkaSettings settings;
  settings.scram_listener = true;
  settings.scram_users = {{"alice", "wonderland"}};
  settings.tls_listener = true;
  start(settings);
  record_producer({"create-topic", "orders"});
  record_producer({"produce", "--topic", "orders", "--records", "100", "--size", "1000"});
  ClientProperties properties = value_of(read_client_properties(
      kafka().client_settings(std::string(rehearse::facts_of(rehearse::KafkaListener::kTlsScram).word))));
  const std::string bootstrap = kafka().bootstrap(rehearse::KafkaListener::kTlsScram);
  {
    const auto live = value_of(open_wire_log_source(bootstrap, properties, patience()));
    EXPECT_TRUE(value_of(try_archive(*live)).manifest.whole);
  }
  EXPECT_EQ(archive_whole().partitions_changed, 0U);
  EXPECT_TRUE(same(log_of_broker(1), logs_.at("orders/0/0")));

  properties.sasl.password = "not-this-one";
  const auto refused = open_wire_log_source(bootstrap, properties, Deadline::after(20s));
  ASSERT_TRUE(failed_with(Outcome::kDenied, refused));
  EXPECT_THAT(refused.error().what, Not(HasSubstr("not-this-one")));
}

}  // namespace
}  // namespace arkive::kafka::test
