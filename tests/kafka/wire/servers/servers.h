/// A Kafka of a test's own, and how the test fills it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kafka/wire/wire_log_source.h"
#include "restore-plans/rehearse/kafka.h"
#include "restore-plans/rehearse/zookeeper.h"
#include "tests/support/results.h"

namespace arkive::kafka::test {

using namespace std::chrono_literals;
using arkive::test::failed_with;
using arkive::test::succeeded;
using arkive::test::value_of;
using rehearse::KafkaTool;

class KafkaServersTest : public arkive::test::ScratchTest {
 protected:
  void start(const rehearse::KafkaSettings& settings = {}) {
    std::string connect;
    if (!rehearse::without_zookeeper(settings)) {
      rehearse::ZooKeeperSettings zookeeper;
      zookeeper.version = rehearse::zookeeper_brought_by(settings.version);
      zookeeper_.emplace(value_of(rehearse::ZooKeeper::start(scratch("servers"), zookeeper, patience())));
      connect = zookeeper_->connect_string() + "/kafka";
    }
    kafka_.emplace(
        value_of(rehearse::KafkaCluster::start(scratch("servers"), connect, settings, patience())));
  }
  rehearse::KafkaCluster& kafka() { return *kafka_; }
  static Deadline patience() { return Deadline::after(200s); }

  std::string tool(KafkaTool which, const std::vector<std::string>& arguments,
                   const std::string& input = {}) {
    return value_of(kafka().tool(which, arguments, input));
  }
  void create_topic(const std::string& topic, int partitions, int replicas = 1,
                    const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"--create",
                                          "--topic",
                                          topic,
                                          "--partitions",
                                          std::to_string(partitions),
                                          "--replication-factor",
                                          std::to_string(replicas)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    tool(KafkaTool::kTopics, arguments);
  }
  /// One record a line.
  void produce(const std::string& topic, const std::string& lines,
               const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"--topic", topic};
    arguments.insert(arguments.end(), more.begin(), more.end());
    tool(KafkaTool::kConsoleProducer, arguments, lines);
  }
  std::unique_ptr<LogSource> source(const ClientProperties& properties = {}) {
    return value_of(open_wire_log_source(kafka().bootstrap(), properties, patience()));
  }
  /// Waits until the broker that is asked knows the topic with all its leaders.
  static TopicFacts facts_of(LogSource& source, const std::string& topic) {
    const Deadline deadline = patience();
    while (!deadline.passed()) {
      for (TopicFacts& facts : value_of(source.topics(deadline))) {
        const bool led = std::none_of(facts.partitions.begin(), facts.partitions.end(),
                                      [](const PartitionFacts& partition) { return partition.leader < 0; });
        if (facts.name == topic && led && !facts.partitions.empty()) return facts;
      }
    }
    throw std::runtime_error("no topic " + topic);
  }

 private:
  std::optional<rehearse::ZooKeeper> zookeeper_;
  std::optional<rehearse::KafkaCluster> kafka_;
};

inline FetchWant want(const TopicFacts& topic, std::int32_t partition, std::int64_t offset) {
  FetchWant wanted;
  wanted.partition = {topic.name, partition};
  wanted.topic_id = topic.id;
  wanted.offset = offset;
  return wanted;
}

inline std::string version_name(const testing::TestParamInfo<const char*>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

}  // namespace arkive::kafka::test
