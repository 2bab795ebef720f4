// Real servers: alive, stopped, empty, and nobody there.
#include "tests/restore-plans/observe/observations.h"
#include "tests/zk/client/support/raw_client.h"

#include "kafka/inspect/inspect_logs.h"
#include "kafka/wire/wire_log_source.h"
#include "restore-plans/observe/observe.h"
#include "restore-plans/rehearse/kafka.h"
#include "restore-plans/rehearse/zookeeper.h"
#include "stores/core/retry.h"

namespace arkive::restore_plans::test {
namespace {

using namespace std::chrono_literals;
using rehearse::KafkaTool;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using zk::test::RawClient;

std::vector<std::string> paths_of(const std::vector<ForeignTree>& trees) {
  std::vector<std::string> paths;
  for (const ForeignTree& tree : trees) paths.push_back(tree.path);
  return paths;
}

class ObserveServers : public arkive::test::ScratchTest {
 protected:
  static Deadline patience() { return Deadline::after(200s); }
  void start_zookeeper(const std::string& version = "3.8.4") {
    rehearse::ZooKeeperSettings settings;
    settings.version = version;
    zookeeper_.emplace(value_of(rehearse::ZooKeeper::start(scratch("servers"), settings, patience())));
  }
  void start_kafka(const std::string& version) {
    start_zookeeper(rehearse::zookeeper_brought_by(version));
    rehearse::KafkaSettings settings;
    settings.version = version;
    kafka_.emplace(value_of(rehearse::KafkaCluster::start(
        scratch("servers"), zookeeper_->connect_string() + "/kafka", settings, patience())));
  }
  ObservedZooKeeper look(const std::string& chroot, std::chrono::seconds time = 60s) {
    zk::ConnectOptions target;
    target.connect = value_of(zk::ConnectString::parse(zookeeper_->connect_string() + chroot));
    target.deadline = Deadline::after(time);
    return value_of(observe_zookeeper(target));
  }
  ObservedKafka look_at_kafka(std::chrono::seconds time = 60s) {
    const Deadline deadline = Deadline::after(time);
    const auto source = kafka::open_wire_log_source(kafka_->bootstrap(), {}, deadline);
    if (!source) return value_of(observe_kafka(kafka_->bootstrap(), fail(source.error()), deadline));
    return value_of(observe_kafka(kafka_->bootstrap(), source->get(), deadline));
  }
  Observation look_at_all() {
    Observation seen;
    seen.zookeeper = look("/kafka");
    seen.kafka = look_at_kafka(10s);
    return seen;
  }
  void fill() {
    value_of(kafka_->tool(KafkaTool::kTopics, {"--create", "--topic", "orders", "--partitions", "2",
                                               "--replication-factor", "1", "--config", "retention.ms=-1"}));
    value_of(kafka_->tool(KafkaTool::kConsoleProducer, {"--topic", "orders"}, "one\ntwo\n"));
    value_of(
        kafka_->tool(KafkaTool::kConsoleConsumer, {"--topic", "orders", "--from-beginning", "--max-messages",
                                                   "2", "--timeout-ms", "20000", "--group", "billing"}));
  }
  static zk::Acl alices() {
    return {{zk::kAllPermissions, "digest", rehearse::digest_id("alice", "secret")}};
  }
  std::optional<rehearse::ZooKeeper> zookeeper_;
  std::optional<rehearse::KafkaCluster> kafka_;
};

TEST_F(ObserveServers, TellsAnEmptyZooKeeperFromNone) {
  start_zookeeper();
  const ObservedZooKeeper empty = look("");
  EXPECT_EQ(empty.reached, Reached::kAnswered);
  EXPECT_TRUE(empty.is_empty());
  EXPECT_THAT(empty.server, HasSubstr("(3.8.4)"));
  EXPECT_EQ(empty.address, zookeeper_->connect_string());
  EXPECT_EQ(empty.kafka_root, std::nullopt);
  EXPECT_THAT(empty.foreign, IsEmpty());
  EXPECT_THAT(empty.unreadable, IsEmpty());

  const ObservedZooKeeper no_chroot = look("/prod/kafka");
  EXPECT_EQ(no_chroot.reached, Reached::kAnswered);
  EXPECT_TRUE(no_chroot.is_empty());
  EXPECT_THAT(no_chroot.server, HasSubstr("(3.8.4)"));
  EXPECT_THAT(no_chroot.znodes, IsEmpty());

  ASSERT_TRUE(succeeded(zookeeper_->stop()));
  const ObservedZooKeeper nobody = look("/kafka", 2s);
  EXPECT_EQ(nobody.reached, Reached::kUnreachable);
  EXPECT_FALSE(nobody.is_empty());
  EXPECT_NE(nobody.error, "");
  EXPECT_EQ(nobody.address, zookeeper_->connect_string() + "/kafka");
  EXPECT_EQ(look("", 2s).reached, Reached::kUnreachable);
}

TEST_F(ObserveServers, NamesOthersZnodesAndWhatMayNotBeRead) {
  start_zookeeper();
  RawClient client(zookeeper_->connect_string());
  for (const char* path : {"/strimzi", "/strimzi/topics", "/prod", "/prod/kafka", "/prod/other", "/solr"}) {
    client.create(path, "data");
  }
  client.create("/prod/kafka/schema_registry", std::nullopt);
  client.create("/prod/kafka/guarded", "", alices());
  constexpr std::int32_t kEphemeralFlag = 1;
  client.create("/leader", "", zk::open_acl(), kEphemeralFlag);

  const ObservedZooKeeper seen = look("/prod/kafka");
  EXPECT_THAT(paths_of(seen.foreign), ElementsAre("/leader", "/solr", "/strimzi", "/prod/kafka/guarded",
                                                  "/prod/kafka/schema_registry"));
  EXPECT_THAT(seen.unreadable, ElementsAre("/guarded"));
  EXPECT_THAT(seen.znodes,
              ElementsAre(testing::Pair("/", hex(sha256("data"))), testing::Pair("/schema_registry", "-")));
  const ObservedZooKeeper whole = look("");
  EXPECT_THAT(paths_of(whole.foreign), ElementsAre("/leader", "/prod", "/solr", "/strimzi"));
  EXPECT_EQ(whole.znodes.at("/strimzi/topics"), hex(sha256("data")));
  EXPECT_FALSE(whole.znodes.contains("/leader"));
  const ObservedZooKeeper no_chroot = look("/prod/kafka2");
  EXPECT_THAT(paths_of(no_chroot.foreign), ElementsAre("/leader", "/solr", "/strimzi"));
  EXPECT_TRUE(no_chroot.znodes.empty());
}

TEST_F(ObserveServers, DoesNotTakeWhatMayNotBeReadForEmpty) {
  start_zookeeper();
  RawClient client(zookeeper_->connect_string());
  client.create("/closed", "data", alices());
  const ObservedZooKeeper closed = look("/closed");
  EXPECT_EQ(closed.reached, Reached::kAnswered);
  EXPECT_THAT(closed.unreadable, ElementsAre("/"));
  EXPECT_THAT(closed.znodes, IsEmpty());
  EXPECT_FALSE(closed.is_empty());

  client.create("/open", "data");
  ASSERT_TRUE(client.set_acl("/", alices()).ok());
  const ObservedZooKeeper open = look("/open");
  EXPECT_EQ(open.reached, Reached::kAnswered);
  EXPECT_THAT(paths_of(open.foreign), ElementsAre("/"));
  EXPECT_THAT(open.foreign[0].danger, HasSubstr("may not be listed"));
  EXPECT_EQ(open.znodes.size(), 1U);
  EXPECT_FALSE(look("").is_empty());
}

TEST_F(ObserveServers, AsksForNoAcls) {
  start_zookeeper();
  RawClient client(zookeeper_->connect_string());
  std::vector<zk::test::NewZnode> znodes;
  for (int i = 0; i < 1000; ++i) znodes.push_back({"/n" + std::to_string(i), "data"});
  client.create_all(znodes);
  const auto requests = [&] {
    constexpr std::string_view kReceived = "Received: ";
    const std::string facts = value_of(zookeeper_->server(1).four_letter_word("srvr"));
    return std::stoi(facts.substr(facts.find(kReceived) + kReceived.size()));
  };
  const int before = requests();
  EXPECT_EQ(look("").znodes.size(), 1001U);
  // Data comes many znodes an answer; an ACL would be a request of its own.
  EXPECT_LT(requests() - before, 500);
}

TEST_F(ObserveServers, AsksWhichClusterIsMeantWhereSeveralStand) {
  start_zookeeper();
  RawClient client(zookeeper_->connect_string());
  const auto make_cluster = [&](const std::string& root) {
    for (const char* path : {"/brokers", "/brokers/ids", "/cluster", "/cluster/id"})
      client.create(root + path);
  };
  for (const char* root : {"/a", "/b"}) {
    client.create(root);
    make_cluster(root);
  }
  zk::ConnectOptions target;
  target.connect = value_of(zk::ConnectString::parse(zookeeper_->connect_string()));
  target.deadline = Deadline::after(60s);
  const auto several = observe_zookeeper(target);
  EXPECT_TRUE(failed_with(Outcome::kUsage, several));
  EXPECT_THAT(several.error().what, HasSubstr("'/a', '/b'"));
  EXPECT_EQ(look("/b").kafka_root, "");
  // At the root of what was named it is the one that is meant.
  make_cluster("");
  const ObservedZooKeeper top = look("");
  EXPECT_EQ(top.kafka_root, "");
  EXPECT_THAT(top.not_understood, ElementsAre("/cluster/id"));
  ASSERT_THAT(paths_of(top.foreign), ElementsAre("/a", "/b"));
  EXPECT_EQ(top.foreign[0].owner, "another cluster of Kafka");
}

class ObserveKafkaServers : public ObserveServers, public testing::WithParamInterface<const char*> {};

TEST_P(ObserveKafkaServers, TellsALiveClusterAndOneWhoseBrokersAreGone) {
  start_kafka(GetParam());
  fill();
  const Observation live = look_at_all();
  const ObservedZooKeeper& zookeeper = live.zookeeper;
  EXPECT_EQ(zookeeper.kafka_root, "");
  EXPECT_EQ(zookeeper.controller, 1);
  EXPECT_GE(zookeeper.controller_epoch, 1);
  const ObservedBroker broker{1, "127.0.0.1", kafka_->broker(1).port()};
  EXPECT_THAT(zookeeper.brokers, ElementsAre(broker));
  EXPECT_THAT(zookeeper.foreign, IsEmpty());
  EXPECT_THAT(zookeeper.unreadable, IsEmpty());
  EXPECT_THAT(zookeeper.not_understood, IsEmpty());
  ASSERT_TRUE(zookeeper.topics.contains("orders"));
  EXPECT_THAT(zookeeper.topics.at("orders").partitions, ElementsAre(0, 1));
  EXPECT_EQ(zookeeper.topics.at("orders").config,
            (std::map<std::string, std::string>{{"retention.ms", "-1"}}));
  EXPECT_TRUE(zookeeper.znodes.contains("/brokers/topics/orders/partitions/1/state"));
  EXPECT_FALSE(zookeeper.znodes.contains("/controller"));
  EXPECT_FALSE(zookeeper.znodes.contains("/brokers/ids/1"));

  const ObservedKafka& kafka = live.kafka;
  EXPECT_EQ(kafka.reached, Reached::kAnswered);
  EXPECT_THAT(kafka.not_known, IsEmpty());
  EXPECT_THAT(kafka.brokers, ElementsAre(broker));
  EXPECT_EQ(kafka.controller, 1);
  EXPECT_EQ(kafka.cluster_id, zookeeper.cluster_id);
  EXPECT_NE(kafka.cluster_id, "");
  const ObservedLiveTopic& orders = kafka.topics.at("orders");
  EXPECT_EQ(orders.id, zookeeper.topics.at("orders").id);
  EXPECT_EQ(orders.config, zookeeper.topics.at("orders").config);
  ASSERT_EQ(orders.partitions.size(), 2U);
  EXPECT_EQ(orders.partitions[0].log_end + orders.partitions[1].log_end, 2);
  EXPECT_THAT(orders.partitions[0].replicas, ElementsAre(1));
  EXPECT_EQ(kafka.groups.at("billing").offsets, 2U);
  EXPECT_EQ(value_of(Observation::from_json(live.to_json())), live);

  // From the ensemble's root it is the same cluster, and a live cluster that nobody changes has not changed.
  const ObservedZooKeeper whole = look("");
  EXPECT_EQ(whole.kafka_root, "/kafka");
  EXPECT_EQ(whole.topics, zookeeper.topics);
  EXPECT_EQ(whole.brokers, zookeeper.brokers);
  EXPECT_THAT(whole.foreign, IsEmpty());
  EXPECT_EQ(whole.znodes.at("/kafka/cluster/id"), zookeeper.znodes.at("/cluster/id"));
  EXPECT_THAT(differences(live, look_at_all()), IsEmpty());

  ASSERT_TRUE(succeeded(kafka_->stop()));
  Observation stopped = look_at_all();
  EXPECT_THAT(stopped.zookeeper.brokers, IsEmpty());
  EXPECT_EQ(stopped.zookeeper.controller, -1);
  EXPECT_EQ(stopped.zookeeper.topics, zookeeper.topics);
  EXPECT_EQ(stopped.kafka.reached, Reached::kUnreachable);
  EXPECT_NE(stopped.kafka.error, "");
  EXPECT_THAT(differences(live, stopped),
              ElementsAre("registered brokers: broker 1 is gone", "Kafka: answered, cannot be reached now"));

  stopped.logs = {value_of(kafka::inspect_logs(kafka_->broker(1).log_directories(), {}))};
  EXPECT_EQ(value_of(Observation::from_json(stopped.to_json())), stopped);
  ASSERT_TRUE(succeeded(kafka_->start_again(patience())));
  value_of(kafka_->tool(KafkaTool::kConsoleProducer, {"--topic", "orders"}, "three\n"));
  ASSERT_TRUE(succeeded(kafka_->stop()));
  Observation later = look_at_all();
  later.logs = {value_of(kafka::inspect_logs(kafka_->broker(1).log_directories(), {}))};
  EXPECT_THAT(differences(stopped, later),
              Contains(testing::AllOf(HasSubstr("log directories of broker 1: the log end of"),
                                      HasSubstr("/orders-"))));
}

TEST_P(ObserveKafkaServers, SeesWhatBrokersLeaveInAnEmptiedZooKeeper) {
  start_kafka(GetParam());
  fill();
  const ObservedZooKeeper before = look("/kafka");
  ASSERT_TRUE(before.producer_ids);
  if (std::string(GetParam()) != "1.1.1") {
    EXPECT_FALSE(before.producer_ids->is_null);
    EXPECT_GE(before.producer_ids->end, 999);
  }
  ASSERT_TRUE(succeeded(kafka_->kill()));
  ASSERT_TRUE(succeeded(zookeeper_->kill()));
  ASSERT_TRUE(succeeded(zookeeper_->wipe()));
  ASSERT_TRUE(succeeded(zookeeper_->start_again(patience())));
  const ObservedZooKeeper emptied = look("/kafka");
  EXPECT_TRUE(emptied.is_empty());
  EXPECT_EQ(emptied.kafka_root, std::nullopt);

  // A broker of today refuses another cluster's id, and ends; one of 1.1.1 has none in its log directories.
  if (std::string(GetParam()) == "1.1.1") return;
  EXPECT_FALSE(kafka_->start_again(Deadline::after(60s)));
  const ObservedZooKeeper poisoned = look("/kafka");
  EXPECT_EQ(poisoned.kafka_root, "");
  EXPECT_NE(poisoned.cluster_id, "");
  EXPECT_NE(poisoned.cluster_id, before.cluster_id);
  EXPECT_THAT(poisoned.topics, IsEmpty());
  ASSERT_TRUE(poisoned.producer_ids);
  EXPECT_TRUE(poisoned.producer_ids->is_null);
  EXPECT_FALSE(poisoned.is_empty());
}

INSTANTIATE_TEST_SUITE_P(Versions, ObserveKafkaServers, testing::Values("3.9.1", "1.1.1"),
                         [](const auto& each) { return each.param[0] == '3' ? "Today" : "Old"; });

}  // namespace
}  // namespace arkive::restore_plans::test
