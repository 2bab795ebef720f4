/// A ZooKeeper and a Kafka on it, gone with the test.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "restore-plans/rehearse/kafka.h"
#include "restore-plans/rehearse/text.h"
#include "restore-plans/rehearse/zookeeper.h"
#include "stores/core/files.h"

namespace arkive::rehearse {

using namespace std::chrono_literals;

class KafkaLife : public testing::Test {
 protected:
  KafkaLife() : scratch_(TemporaryDirectory::create("rehearse").value()) {}

  void start(const KafkaSettings& settings) {
    if (!without_zookeeper(settings)) {
      ZooKeeperSettings zookeeper_settings;
      zookeeper_settings.version = zookeeper_brought_by(settings.version);
      auto zookeeper = ZooKeeper::start(directory(), zookeeper_settings, deadline_);
      ASSERT_TRUE(zookeeper) << zookeeper.error().what;
      zookeeper_.emplace(std::move(*zookeeper));
    }
    const std::string registry = zookeeper_ ? zookeeper_->connect_string() + "/kafka" : "";
    auto kafka = KafkaCluster::start(directory(), registry, settings, deadline_);
    ASSERT_TRUE(kafka) << kafka.error().what;
    kafka_.emplace(std::move(*kafka));
  }

  std::string tool(KafkaTool which, const std::vector<std::string>& arguments,
                   const std::string& input = {}) {
    const auto output = kafka_->tool(which, arguments, input);
    EXPECT_TRUE(output) << output.error().what;
    return output.value_or("");
  }

  void create_topic(const std::string& topic) {
    tool(KafkaTool::kTopics,
         {"--create", "--topic", topic, "--partitions", "2", "--replication-factor", "1"});
  }

  std::string consume(const std::string& topic, const std::string& count) {
    return tool(KafkaTool::kConsoleConsumer,
                {"--topic", topic, "--from-beginning", "--max-messages", count, "--timeout-ms", "20000"});
  }

  std::string directory() const { return scratch_.path() + "/servers"; }
  TemporaryDirectory scratch_;
  Deadline deadline_ = Deadline::after(200s);
  std::optional<ZooKeeper> zookeeper_;
  std::optional<KafkaCluster> kafka_;
};

/// The same steps for every version.
class EveryKafka : public KafkaLife, public testing::WithParamInterface<const char*> {
 protected:
  void serve_everything(const std::string& version);
};

inline void EveryKafka::serve_everything(const std::string& version) {
  KafkaSettings settings;
  settings.version = version;
  settings.authorizer = true;
  settings.scram_listener = true;
  ASSERT_NO_FATAL_FAILURE(start(settings));
  create_topic("orders");
  tool(KafkaTool::kConfigs, {"--alter", "--entity-type", "topics", "--entity-name", "orders", "--add-config",
                             "retention.ms=604800000"});
  EXPECT_THAT(tool(KafkaTool::kConfigs, {"--describe", "--entity-type", "topics", "--entity-name", "orders"}),
              testing::HasSubstr("retention.ms=604800000"));
  tool(KafkaTool::kConfigs, {"--alter", "--entity-type", "users", "--entity-name", "alice", "--add-config",
                             "SCRAM-SHA-256=[iterations=4096,password=secret]"});
  tool(KafkaTool::kAcls,
       {"--add", "--allow-principal", "User:alice", "--operation", "Write", "--topic", "orders"});
  EXPECT_THAT(tool(KafkaTool::kAcls, {"--list"}), testing::HasSubstr("User:alice"));

  const std::string client = scratch_.path() + "/alice.properties";
  ASSERT_TRUE(
      write_file_durably(client,
                         "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=SCRAM-SHA-256\n"
                         "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required "
                         "username=\"alice\" password=\"secret\";\n",
                         IfExists::kReplace));
  tool(KafkaTool::kConsoleProducer,
       {at_least(version, 2, 5) ? "--bootstrap-server" : "--broker-list", kafka_->scram_bootstrap(),
        "--topic", "orders", "--producer.config", client},
       "hello\n");
  EXPECT_THAT(tool(KafkaTool::kConsoleConsumer, {"--topic", "orders", "--from-beginning", "--max-messages",
                                                 "1", "--timeout-ms", "20000", "--group", "readers"}),
              testing::HasSubstr("hello"));
  EXPECT_THAT(tool(KafkaTool::kConsumerGroups, {"--describe", "--group", "readers"}),
              testing::HasSubstr("orders"));
  EXPECT_THAT(tool(KafkaTool::kOffsets, {"--topic", "orders", "--time", "-1"}),
              testing::HasSubstr("orders:"));
  ASSERT_TRUE(kafka_->stop());
}

inline std::string with_underscores(const testing::TestParamInfo<const char*>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

}  // namespace arkive::rehearse
