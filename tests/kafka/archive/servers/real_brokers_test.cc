// Archives of real brokers: logs that are cut by an unclean election, tombstones that may be lost, listeners
// that want to know who asks.
#include "stores/core/process.h"
#include "tests/kafka/archive/archive_fixture.h"
#include "tests/kafka/wire/servers/servers.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class RealBrokers : public KafkaServersTest {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(scratch("store"));
    store_ = value_of(DirectoryStore::open(scratch("store")));
  }
  void record_producer(const std::vector<std::string>& words) {
    Command command;
    command.arguments = {RECORD_PRODUCER};
    command.arguments.insert(command.arguments.end(), words.begin(), words.end());
    command.arguments.insert(command.arguments.end(), {"--bootstrap", kafka().bootstrap()});
    const Finished finished = value_of(run_process(command, Deadline::after(90s)));
    ASSERT_EQ(finished.status, 0) << testing::PrintToString(words) << ": " << finished.error_output;
  }
  Result<ArchiveReport> try_archive(LogSource& source) {
    ArchiveRequest request;
    request.topics = {value_of(Glob::parse("orders"))};
    return archive(source, *store_, request);
  }
  ArchiveReport archive_whole() {
    const auto live = source();
    ArchiveReport report = value_of(try_archive(*live));
    for (const Missing& missing : report.manifest.missing) {
      ADD_FAILURE() << missing.object << ": " << missing.cause;
    }
    logs_ = logs_of(*store_, report.manifest);
    return report;
  }
  /// All segments of the first partition, as they lie at a broker.
  std::string log_of_broker(int broker) {
    std::string all;
    const std::string directory = kafka().broker(broker).log_directories()[0] + "/orders-0";
    for (const std::string& name : value_of(list_directory(directory))) {
      if (name.ends_with(".log")) all += value_of(read_file(directory + "/" + name));
    }
    return all;
  }

  std::unique_ptr<DirectoryStore> store_;
  std::map<std::string, std::string> logs_;
};

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
