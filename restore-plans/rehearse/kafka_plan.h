/// What the brokers of one cluster share, and how it is kept in <directory>/kafka.json. Internal to rehearse.
#pragma once

#include <string>
#include <vector>

#include "restore-plans/rehearse/kafka.h"

namespace arkive::rehearse {

struct KafkaPlan {
  struct Ports {
    std::uint16_t plain = 0;
    std::uint16_t scram = 0;
  };
  KafkaSettings settings;
  Jars jars;
  std::string zookeeper;
  std::vector<Ports> ports;  ///< by broker, from the first

  /// server.properties of a broker.
  std::string configuration(int id, const std::vector<std::string>& log_directories) const;
};

std::string kafka_plan_path(const std::string& directory);
Status save_plan(const KafkaPlan& plan, const std::string& directory);
/// Settings, ports and ZooKeeper's address; not the jars. kNotFound, kCorrupt.
Result<KafkaPlan> load_kafka_plan(const std::string& directory);

}  // namespace arkive::rehearse
