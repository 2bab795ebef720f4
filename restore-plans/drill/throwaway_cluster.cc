#include "restore-plans/drill/throwaway_cluster.h"

#include <utility>

namespace arkive::restore_plans {
namespace {

constexpr std::chrono::seconds kZooKeeperStart{60};
// More than ZooKeeper takes by default: the real ensemble may have been told to take as much.
constexpr const char* kPacketLimit = "-Djute.maxbuffer=67108864";

rehearse::ZooKeeperSettings zookeeper_settings(const ThrowawayCluster::Settings& settings) {
  rehearse::ZooKeeperSettings zookeeper;
  zookeeper.distribution = settings.zookeeper_home.empty() ? settings.kafka_home : settings.zookeeper_home;
  zookeeper.heap = settings.heap;
  zookeeper.ttl_nodes = true;
  // ACLs come back with everything else, and these brokers have none of the identities they name.
  zookeeper.java_options = {
      kPacketLimit, "-Dzookeeper.skipACL=yes",
      "-Dzookeeper.authProvider.sasl=org.apache.zookeeper.server.auth.SASLAuthenticationProvider"};
  return zookeeper;
}

rehearse::KafkaSettings kafka_settings(const ThrowawayCluster::Settings& settings) {
  rehearse::KafkaSettings kafka;
  kafka.distribution = settings.kafka_home;
  kafka.broker_ids = {settings.brokers.begin(), settings.brokers.end()};
  kafka.heap = settings.heap;
  kafka.authorizer = settings.acls;
  kafka.java_options = {kPacketLimit};
  // What came back stays as it is until it is compared: nothing is compacted, nothing and no offset of a
  // group is too old.
  kafka.properties = {
      {"auto.create.topics.enable", "false"},           {"log.cleaner.enable", "false"},
      {"log.initial.task.delay.ms", "86400000"},        {"offsets.retention.minutes", "2147483647"},
      {"transactional.id.expiration.ms", "2147483647"}, {"zookeeper.session.timeout.ms", "30000"}};
  return kafka;
}

}  // namespace

Result<ThrowawayCluster> ThrowawayCluster::start(const Settings& settings) {
  ThrowawayCluster made;
  ARKIVE_ASSIGN(made.zookeeper_,
                rehearse::ZooKeeper::start(settings.directory + "/zookeeper", zookeeper_settings(settings),
                                           Deadline::after(kZooKeeperStart)));
  ARKIVE_ASSIGN(made.kafka_,
                rehearse::KafkaCluster::lay_out(settings.directory + "/kafka",
                                                made.zookeeper_->connect_string() + settings.kafka_root,
                                                kafka_settings(settings), Deadline::never()));
  return made;
}

std::vector<ObservedBroker> ThrowawayCluster::brokers() {
  std::vector<ObservedBroker> brokers;
  for (const int id : rehearse::broker_ids_of(kafka_->settings()))
    brokers.push_back({id, "127.0.0.1", kafka_->broker(id).port()});
  return brokers;
}

std::vector<std::string> ThrowawayCluster::log_directories(std::int32_t broker) {
  return kafka_->broker(broker).log_directories();
}

Status ThrowawayCluster::launch(std::int32_t broker, std::chrono::milliseconds most) {
  ARKIVE_TRY(kafka_->broker(broker).launch(Deadline::after(most)));
  launched_.push_back(broker);
  return ok();
}

Status ThrowawayCluster::all_run() {
  for (const std::int32_t id : launched_) {
    rehearse::KafkaBroker& broker = kafka_->broker(id);
    if (broker.running()) continue;
    return fail(Outcome::kFail,
                "broker " + std::to_string(id) + " ended; its log says:\n" + broker.log_tail(),
                "with --keep the whole log stays, " + broker.log_path());
  }
  return ok();
}

}  // namespace arkive::restore_plans
