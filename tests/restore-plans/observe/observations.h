/// Observations for tests: one with something in every field, and random ones.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "restore-plans/observe/observation.h"
#include "stores/core/hash.h"
#include "tests/support/results.h"

namespace arkive::restore_plans::test {

using arkive::test::failed_with;
using arkive::test::succeeded;
using arkive::test::value_of;

inline kafka::LogsReport some_logs(std::int32_t broker) {
  kafka::InspectedPartition partition;
  partition.directory = "orders-0";
  partition.partition = {"orders", 0};
  partition.topic_id = value_of(kafka::TopicId::from_text("kBjE2EKdQfKjHbdcHDVvuA"));
  partition.log_end = 120;
  partition.high_watermark = 120;
  partition.bytes = 4096;
  partition.segments = 1;
  partition.batches = 12;
  partition.last_epoch = 3;
  partition.highest_epoch = 4;
  partition.highest_producer_id = 1000;
  kafka::InspectedDirectory directory;
  directory.path = "/data/kafka";
  directory.meta = kafka::MetaProperties{0, broker, "TTQsM-xMRVSd4-ASz79zRQ", ""};
  directory.clean_shutdown = true;
  directory.partitions = {partition};
  kafka::LogsReport report;
  report.host = "kafka" + std::to_string(broker);
  report.inspected = 1'795'217'401'000;
  report.broker = broker;
  report.directories = {directory};
  return report;
}

inline Observation some_observation() {
  Observation seen;
  seen.observed = 1'795'217'400'000;
  ObservedZooKeeper& zookeeper = seen.zookeeper;
  zookeeper.reached = Reached::kAnswered;
  zookeeper.address = "zk1:2181,zk2:2181/kafka";
  zookeeper.server = "10.0.0.1:2181 (3.8.4)";
  zookeeper.zxid = 4'294'967'396;
  zookeeper.kafka_root = "";
  zookeeper.cluster_id = "TTQsM-xMRVSd4-ASz79zRQ";
  zookeeper.controller = 1;
  zookeeper.controller_epoch = 7;
  zookeeper.brokers = {{1, "kafka1", 9092}, {2, "kafka2", 9092}};
  zookeeper.producer_ids = ObservedProducerIds{false, 3999};
  zookeeper.topics["orders"] = {"kBjE2EKdQfKjHbdcHDVvuA", {0, 1}, {{"retention.ms", "-1"}}};
  zookeeper.foreign = {
      {"/strimzi", "Strimzi's topic operator", "deletes topics that have no KafkaTopic resource"}};
  zookeeper.znodes = {{"/", "-"},
                      {"/brokers/topics/orders", hex(sha256("{\"version\":3}"))},
                      {"/cluster/id", hex(sha256("{\"version\":\"1\"}"))},
                      {"/latest_producer_id_block", hex(sha256("{}"))}};
  zookeeper.unreadable = {"/config/users"};
  zookeeper.not_understood = {"/controller_epoch"};
  ObservedKafka& kafka = seen.kafka;
  kafka.reached = Reached::kAnswered;
  kafka.address = "kafka1:9092";
  kafka.cluster_id = "TTQsM-xMRVSd4-ASz79zRQ";
  kafka.controller = 1;
  kafka.brokers = {{1, "kafka1", 9092}, {2, "kafka2", 9092}};
  ObservedLiveTopic& topic = kafka.topics["orders"];
  topic.id = "kBjE2EKdQfKjHbdcHDVvuA";
  topic.partitions = {{0, 1, 4, {1, 2}, {1, 2}, 0, 120}, {1, -1, 5, {2, 1}, {2}, -1, -1}};
  topic.config = {{"retention.ms", "-1"}};
  kafka.groups["billing"] = {"Empty", 0, 2};
  kafka.authoriser = Authoriser::kPresent;
  kafka.releases = {{"1", "2.7 to 3.0"}, {"2", "2.7 to 3.0"}};
  kafka.not_known = {"offsets of orders-1: it has no leader"};
  seen.logs = {some_logs(1), some_logs(2)};
  return seen;
}

/// Observations of whatever can be said of a cluster, likely or not.
class RandomObservations {
 public:
  explicit RandomObservations(unsigned int seed) : random_(seed) {}

  Observation next() {
    Observation seen;
    seen.observed = number(0, 2'000'000'000'000);
    seen.zookeeper = zookeeper();
    seen.kafka = kafka();
    for (std::int32_t broker = 1; chance(2); broker += small()) seen.logs.push_back(some_logs(broker));
    return seen;
  }

 private:
  std::int64_t number(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  }
  std::int32_t small() { return static_cast<std::int32_t>(number(1, 5)); }
  bool chance(int of) { return number(1, of) != 1; }
  std::int32_t any_id() {
    return static_cast<std::int32_t>(chance(4) ? number(-1, 9) : number(INT32_MIN, INT32_MAX));
  }
  std::int64_t any_offset() { return chance(4) ? number(-1, 1000) : number(INT64_MIN, INT64_MAX); }
  Reached reached() { return static_cast<Reached>(number(0, 2)); }

  std::string text() {
    static const std::vector<std::string> pieces = {"orders",
                                                    "/",
                                                    "\\",
                                                    "\\x41",
                                                    "\xff",
                                                    "\xc3",
                                                    "ä",
                                                    "\xed\xa0\x80",
                                                    "\n",
                                                    "\"",
                                                    "€",
                                                    "\U0001f600",
                                                    std::string(1, '\0'),
                                                    "-",
                                                    "\xf0\x9f"};
    std::string made;
    while (chance(3)) made += pieces[static_cast<std::size_t>(number(0, std::ssize(pieces) - 1))];
    return made;
  }
  std::vector<std::string> texts() {
    std::vector<std::string> made;
    while (chance(2)) made.push_back(text());
    return made;
  }
  std::map<std::string, std::string> settings() {
    std::map<std::string, std::string> made;
    while (chance(2)) made[text()] = text();
    return made;
  }
  std::vector<std::int32_t> ids() {
    std::vector<std::int32_t> made;
    while (chance(3)) made.push_back(any_id());
    return made;
  }
  std::vector<ObservedBroker> brokers() {
    std::vector<ObservedBroker> made;
    for (std::int32_t id = -1; chance(3); id += small()) {
      made.push_back({id, text(), static_cast<std::uint16_t>(number(0, 65535))});
    }
    return made;
  }
  ObservedTopic topic() {
    ObservedTopic made{text(), {}, settings()};
    for (std::int32_t partition = 0; chance(3); partition += small()) made.partitions.push_back(partition);
    return made;
  }
  ObservedZooKeeper zookeeper() {
    ObservedZooKeeper made;
    made.reached = reached();
    made.address = text();
    made.error = text();
    made.server = text();
    made.zxid = any_offset();
    if (chance(2)) made.kafka_root = text();
    made.cluster_id = text();
    made.controller = any_id();
    made.controller_epoch = any_offset();
    made.brokers = brokers();
    if (chance(2)) made.producer_ids = ObservedProducerIds{chance(2), any_offset()};
    while (chance(4)) made.topics[text()] = topic();
    while (chance(2)) made.foreign.push_back({text(), text(), text()});
    while (chance(5)) made.znodes["/" + text()] = chance(3) ? hex(sha256(text())) : "-";
    made.unreadable = texts();
    made.not_understood = texts();
    return made;
  }
  ObservedLiveTopic live_topic() {
    ObservedLiveTopic made;
    made.id = text();
    for (std::int32_t partition = 0; chance(3); partition += small()) {
      made.partitions.push_back({partition, any_id(), any_id(), ids(), ids(), any_offset(), any_offset()});
    }
    made.config = settings();
    made.error = text();
    return made;
  }
  ObservedKafka kafka() {
    ObservedKafka made;
    made.reached = reached();
    made.address = text();
    made.error = text();
    made.cluster_id = text();
    made.controller = any_id();
    made.brokers = brokers();
    while (chance(4)) made.topics[text()] = live_topic();
    while (chance(3)) made.groups[text()] = {text(), small(), static_cast<std::uint64_t>(random_())};
    made.not_known = texts();
    made.releases = settings();
    made.authoriser = std::array{Authoriser::kNotKnown, Authoriser::kAbsent,
                                 Authoriser::kPresent}[static_cast<std::size_t>(small()) % 3];
    return made;
  }

  std::mt19937_64 random_;
};

}  // namespace arkive::restore_plans::test
