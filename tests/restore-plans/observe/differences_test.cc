#include "tests/restore-plans/observe/observations.h"

namespace arkive::restore_plans::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Differences : public testing::Test {
 protected:
  std::vector<std::string> lines() const { return differences(then_, now_); }
  kafka::InspectedDirectory& directory() { return now_.logs[0].directories[0]; }
  Observation then_ = some_observation();
  Observation now_ = then_;
};

TEST_F(Differences, ThereAreNoneWhereNothingIsOtherwise) {
  EXPECT_THAT(lines(), IsEmpty());
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomObservations random(seed);
  for (int i = 0; i < 200; ++i) {
    const Observation seen = random.next();
    EXPECT_THAT(differences(seen, seen), IsEmpty());
  }
}

TEST_F(Differences, WhatMovesByItselfIsNone) {
  now_.observed += 1000;
  now_.zookeeper.zxid += 1000;
  now_.zookeeper.server = "10.0.0.2:2181 (3.8.4)";
  now_.zookeeper.controller = 2;
  now_.zookeeper.controller_epoch = 8;
  for (const char* path : {"/brokers/topics/orders/partitions/0/state", "/controller_epoch",
                           "/consumers/old/offsets/orders/0"}) {
    then_.zookeeper.znodes[path] = hex(sha256("then"));
    now_.zookeeper.znodes[path] = hex(sha256("now"));
  }
  now_.zookeeper.znodes["/config/changes/config_change_0000000001"] = "-";
  now_.kafka.controller = 2;
  ObservedPartition& partition = now_.kafka.topics["orders"].partitions[0];
  partition.leader = 2;
  partition.leader_epoch = 9;
  partition.in_sync = {2};
  partition.log_start = 10;
  partition.log_end = 130;
  now_.kafka.groups.clear();
  now_.logs[0].inspected += 1000;
  then_.logs[0].directories[0].in_use = directory().in_use = true;
  directory().partitions[0].log_end = 150;
  directory().partitions[0].bytes = 5000;
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(Differences, WhoAnswers) {
  now_.zookeeper.reached = Reached::kUnreachable;
  now_.kafka.reached = Reached::kNotAsked;
  EXPECT_THAT(lines(),
              ElementsAre("ZooKeeper: answered, cannot be reached now", "Kafka: answered, is not asked now"));
  std::swap(then_, now_);
  EXPECT_THAT(lines(), ElementsAre("ZooKeeper: could not be reached, answers now",
                                   "Kafka: was not asked, answers now"));
}

TEST_F(Differences, OfTheClusterInZooKeeper) {
  now_.zookeeper.kafka_root = "/kafka";
  now_.zookeeper.cluster_id = "";
  now_.zookeeper.producer_ids = ObservedProducerIds{true, -1};
  now_.zookeeper.brokers = {{2, "kafka9", 9092}, {3, "kafka3", 9092}};
  now_.zookeeper.topics["orders"] = {"U5z3hZ8zQ0m3m8w1lLw8dg", {0}, {}};
  now_.zookeeper.topics["bills"] = {};
  now_.zookeeper.foreign[0].path = "/kafka-manager";
  EXPECT_THAT(lines(),
              ElementsAre("ZooKeeper: Kafka's root was '/', is '/kafka'",
                          "ZooKeeper: the cluster id was 'TTQsM-xMRVSd4-ASz79zRQ', is none",
                          "ZooKeeper: the block of producer ids was up to 3999, is without data",
                          "registered brokers: broker 1 is gone",
                          "registered brokers: the address of broker 2 was 'kafka2:9092', is 'kafka9:9092'",
                          "registered brokers: broker 3 is there now, at 'kafka3:9092'",
                          "topics in ZooKeeper: topic 'bills' is new",
                          "topics in ZooKeeper: the id of topic 'orders' was 'kBjE2EKdQfKjHbdcHDVvuA', is "
                          "'U5z3hZ8zQ0m3m8w1lLw8dg'",
                          "topics in ZooKeeper: the partitions of topic 'orders' was [0,1], is [0]",
                          "others' znodes: '/kafka-manager' is new", "others' znodes: '/strimzi' is gone"));
  now_ = then_;
  now_.zookeeper.topics.clear();
  EXPECT_THAT(lines(), ElementsAre("topics in ZooKeeper: topic 'orders' is gone"));
}

TEST_F(Differences, OfZnodes) {
  now_.zookeeper.znodes.erase("/cluster/id");
  now_.zookeeper.znodes["/brokers/topics/orders"] = "-";
  now_.zookeeper.znodes["/a\nb"] = "-";
  now_.zookeeper.znodes["/brokers/topics/orders/partitions/0/state"] = "-";
  EXPECT_THAT(lines(),
              ElementsAre("znodes: '/a\\x0ab' is new", "znodes: '/brokers/topics/orders' has other data",
                          "znodes: '/brokers/topics/orders/partitions/0/state' is new",
                          "znodes: '/cluster/id' is gone"));
}

TEST_F(Differences, OfAPartOfTheZnodesAlone) {
  now_.zookeeper.znodes["/solr/books"] = hex(sha256("new"));
  now_.zookeeper.znodes["/solrium"] = hex(sha256("new"));
  now_.zookeeper.brokers.clear();
  EXPECT_THAT(znode_differences(then_.zookeeper, now_.zookeeper, "/solr"),
              ElementsAre("znodes: '/solr/books' is new"));
  EXPECT_THAT(znode_differences(then_.zookeeper, now_.zookeeper, "/config"), IsEmpty());
  EXPECT_THAT(znode_differences(then_.zookeeper, now_.zookeeper, "/"),
              ElementsAre("znodes: '/solr/books' is new", "znodes: '/solrium' is new"));
}

TEST_F(Differences, WhatMayNotBeReadIsNotGone) {
  now_.zookeeper.unreadable = {"/cluster"};
  now_.zookeeper.znodes.erase("/cluster/id");
  then_.zookeeper.znodes["/clusters"] = "-";
  now_.zookeeper.znodes["/config/users/alice"] = "-";
  EXPECT_THAT(lines(),
              ElementsAre("znodes: '/clusters' is gone", "znodes: '/cluster' may not be read any more",
                          "znodes: '/config/users' could not be read, and that is otherwise now"));
}

TEST_F(Differences, OfTheBrokers) {
  now_.kafka.cluster_id = "other";
  now_.kafka.brokers.pop_back();
  ObservedLiveTopic& orders = now_.kafka.topics["orders"];
  orders.id = "";
  orders.partitions[0].replicas = {1, 3};
  orders.partitions[1].partition = 2;
  now_.kafka.topics["bills"] = {};
  EXPECT_THAT(
      lines(),
      ElementsAre("Kafka: the cluster id was 'TTQsM-xMRVSd4-ASz79zRQ', is 'other'",
                  "live brokers: broker 2 is gone", "topics of the brokers: topic 'bills' is new",
                  "topics of the brokers: the id of topic 'orders' was 'kBjE2EKdQfKjHbdcHDVvuA', is none",
                  "topics of the brokers: the replicas of partition 0 of topic 'orders' was [1,2], is [1,3]",
                  "topics of the brokers: partition 1 of topic 'orders' is gone",
                  "topics of the brokers: partition 2 of topic 'orders' is new"));
  now_ = then_;
  now_.kafka.topics["orders"].error = "not authorised";
  EXPECT_THAT(lines(), ElementsAre("topics of the brokers: topic 'orders': not authorised"));
  std::swap(now_, then_);
  EXPECT_THAT(lines(), ElementsAre("topics of the brokers: topic 'orders' tells of itself now"));
  now_.kafka.topics.clear();
  EXPECT_THAT(lines(), ElementsAre("topics of the brokers: topic 'orders' is gone"));
}

TEST_F(Differences, OfLogDirectories) {
  directory().meta.reset();
  directory().clean_shutdown = false;
  directory().in_use = true;
  directory().error = "no";
  kafka::InspectedPartition& partition = directory().partitions[0];
  partition.topic_id = {};
  partition.log_start = 1;
  partition.log_end = 121;
  partition.last_epoch = 5;
  partition.highest_epoch = 6;
  partition.highest_producer_id = 1001;
  partition.damage_count = 2;
  partition.error = "bad";
  const std::string broker = "log directories of broker 1: ";
  const std::string of = " of '/data/kafka/orders-0' was ";
  EXPECT_THAT(lines(), ElementsAre(broker + "meta.properties in '/data/kafka' was of broker 1 and cluster "
                                            "'TTQsM-xMRVSd4-ASz79zRQ', is absent",
                                   broker + "the clean shutdown of '/data/kafka' was true, is false",
                                   broker + "the use by a broker of '/data/kafka' was false, is true",
                                   broker + "the error of '/data/kafka' was none, is 'no'",
                                   broker + "the topic id" + of + "'kBjE2EKdQfKjHbdcHDVvuA', is none",
                                   broker + "the damage" + of + "0 places, is 2 places",
                                   broker + "the error" + of + "none, is 'bad'",
                                   broker + "the log start" + of + "0, is 1",
                                   broker + "the log end" + of + "120, is 121",
                                   broker + "the last leader epoch" + of + "3, is 5",
                                   broker + "the highest leader epoch" + of + "4, is 6",
                                   broker + "the highest producer id" + of + "1000, is 1001"));
}

TEST_F(Differences, OfWhichLogDirectoriesThereAre) {
  now_.logs.erase(now_.logs.begin());
  now_.logs[0].directories[0].partitions[0].directory = "orders-1";
  now_.logs.push_back(some_logs(3));
  now_.logs.push_back(some_logs(4));
  now_.logs.back().broker = -1;
  EXPECT_THAT(lines(), ElementsAre("log directories of host 'kafka4': were not looked at, are now",
                                   "log directories of broker 1: were looked at, are not now",
                                   "log directories of broker 2: '/data/kafka/orders-0' is gone",
                                   "log directories of broker 2: '/data/kafka/orders-1' is new",
                                   "log directories of broker 3: were not looked at, are now"));
  now_ = then_;
  directory().path = "/data/other";
  EXPECT_THAT(lines(), ElementsAre("log directories of broker 1: '/data/kafka' is gone",
                                   "log directories of broker 1: '/data/other' is new"));
}

TEST_F(Differences, AreTwentyOfASubjectAtMost) {
  for (int i = 0; i < 123; ++i) now_.zookeeper.znodes["/n" + std::to_string(i)] = "-";
  now_.kafka.cluster_id = "other";
  const std::vector<std::string> found = lines();
  ASSERT_EQ(found.size(), 22U);
  EXPECT_EQ(found[20], "znodes: and 103 more");
  EXPECT_EQ(found[21], "Kafka: the cluster id was 'TTQsM-xMRVSd4-ASz79zRQ', is 'other'");
}

TEST(ObservedZooKeeper, IsEmptyOnlyWhenAllCouldBeSeen) {
  ObservedZooKeeper seen;
  EXPECT_FALSE(seen.is_empty()) << "nobody was asked";
  seen.reached = Reached::kUnreachable;
  EXPECT_FALSE(seen.is_empty());
  seen.reached = Reached::kAnswered;
  EXPECT_TRUE(seen.is_empty()) << "there is no chroot";
  seen.znodes["/"] = "-";
  EXPECT_TRUE(seen.is_empty());
  seen.unreadable = {"/"};
  EXPECT_FALSE(seen.is_empty());
  seen.unreadable.clear();
  seen.znodes["/a"] = "-";
  EXPECT_FALSE(seen.is_empty());
}

}  // namespace
}  // namespace arkive::restore_plans::test
