/// The servers of a drill: one ZooKeeper and the brokers of the backup, under their ids, on 127.0.0.1.
/// Internal to restore-plans/drill.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "restore-plans/observe/observation.h"
#include "restore-plans/rehearse/kafka.h"
#include "restore-plans/rehearse/zookeeper.h"
#include "stores/core/result.h"

namespace arkive::restore_plans {

/// Destroying it ends all its servers. One thread, which has to live as long.
class ThrowawayCluster {
 public:
  struct Settings {
    std::string directory;
    std::string kafka_home;
    std::string zookeeper_home;
    std::string heap;
    std::set<std::int32_t> brokers;
    std::string kafka_root;  ///< the chroot of the brokers: "" or "/kafka"
    bool acls = false;       ///< brokers read and obey the ACLs that are in ZooKeeper
  };

  /// ZooKeeper runs and is empty; brokers have ports and directories, and do not run.
  static Result<ThrowawayCluster> start(const Settings& settings);

  std::string zookeeper_address() const { return zookeeper_->connect_string(); }
  std::string zookeeper_version() { return zookeeper_->settings().version; }
  std::string kafka_version() { return kafka_->settings().version; }
  /// "127.0.0.1" and the port of each.
  std::vector<ObservedBroker> brokers();
  std::vector<std::string> log_directories(std::int32_t broker);

  Status launch(std::int32_t broker, std::chrono::milliseconds most);
  /// kFail with the end of its log: one that was launched runs no more.
  Status all_run();

 private:
  ThrowawayCluster() = default;
  std::optional<rehearse::ZooKeeper> zookeeper_;
  std::optional<rehearse::KafkaCluster> kafka_;  // after it, so that brokers end first
  std::vector<std::int32_t> launched_;
};

}  // namespace arkive::restore_plans
