/// Backups of a scripted cluster whose tree says what its brokers say, into a directory store.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "kafka/backup/backup.h"
#include "kafka/znodes/kafka_application.h"
#include "stores/directory/directory_repository.h"
#include "stores/directory/directory_store.h"
#include "tests/support/results.h"
#include "tests/support/scripted_log_source.h"

namespace arkive::kafka::test {

/// The tree of a scripted cluster, as Kafka would have it in ZooKeeper.
class ScriptedTree final : public zk::Source {
 public:
  explicit ScriptedTree(ScriptedCluster& cluster) : cluster_(cluster) {}
  std::string_view name() const override { return "scripted"; }

  Result<zk::Reading> read(const zk::ReadOptions& options) override {
    ++readings;
    if (before_reading) before_reading(readings);
    if (error) return fail(*error);
    zk::Reading reading;
    const auto put = [&](const std::string& path, const std::string& data) {
      if (!options.selection.takes(path)) return;
      reading.tree.set_data(reading.tree.make(path), data);
    };
    put("/cluster/id", R"({"version":"1","id":")" + (cluster_id.empty() ? cluster_.id : cluster_id) + "\"}");
    put("/brokers/ids", "");
    for (const auto& [name, topic] : cluster_.topics) {
      if (hidden == name) continue;
      std::string partitions;
      for (const auto& [number, log] : topic.partitions) {
        partitions += (partitions.empty() ? "\"" : ",\"") + std::to_string(number) + "\":[1]";
      }
      put("/brokers/topics/" + name, R"({"version":3,"topic_id":")" + topic.id.text() +
                                         R"(","partitions":{)" + partitions +
                                         R"(},"adding_replicas":{},"removing_replicas":{}})");
      std::string config;
      for (const auto& [key, value] : topic.configs) {
        config += (config.empty() ? "\"" : ",\"") + key + "\":\"" + value + "\"";
      }
      put("/config/topics/" + name, R"({"version":1,"config":{)" + config + "}}");
    }
    for (const auto& [path, data] : more) put(path, data);
    for (zk::NodeIndex i = 0; i < reading.tree.index_end(); ++i) reading.tree[i].acl = zk::kOpenAcl;
    reading.consistency = zk::Consistency::kQuiet;
    reading.passes = 1;
    reading.server = "scripted";
    return reading;
  }

  int readings = 0;
  std::function<void(int)> before_reading;
  std::string cluster_id;                   ///< another than the brokers'
  std::string hidden;                       ///< a topic that is not in the tree
  std::map<std::string, std::string> more;  ///< path -> data, in place of what is above
  std::optional<Error> error;

 private:
  ScriptedCluster& cluster_;
};

class BackupTest : public arkive::test::ScratchTest {
 protected:
  void SetUp() override {
    cluster.make("orders", 2).configs = {{"retention.ms", "1000"}};
    cluster.at("orders", 0).append(5);
    cluster.at("orders", 1).append(3);
    cluster.groups.push_back({"billing", "Empty", "consumer", 0, 1, {{{"orders", 0}, 4, 0, ""}}, ""});
  }

  Result<BackupReport> back_up(bool with_tree = true) {
    repository = arkive::test::value_of(open_directory_repository(scratch("store"), true));
    store = arkive::test::value_of(DirectoryStore::open(scratch("store")));
    ScriptedLogSource source(cluster);
    BackupRequest request;
    request.source = &source;
    request.store = store.get();
    request.topics.arkive_version = "test";
    request.topics.fetch.patience = std::chrono::seconds(5);
    if (with_tree) {
      request.repository = repository.get();
      zk::DumpRequest dump;
      dump.source = &tree;
      dump.applications = applications;
      request.tree = std::move(dump);
    }
    return backup(request);
  }

  ScriptedCluster cluster;
  ScriptedTree tree{cluster};
  std::unique_ptr<Store> store;
  std::unique_ptr<Repository> repository;
  const std::unique_ptr<zk::Application> kafka = kafka_application();
  const zk::Application* const applications[1] = {kafka.get()};
};

}  // namespace arkive::kafka::test
