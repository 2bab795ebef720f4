/// What the brokers of one cluster share, and how it is kept in <directory>/kafka.json. Internal to rehearse.
#pragma once

#include <string>
#include <vector>

#include "restore-plans/rehearse/kafka.h"

namespace arkive::rehearse {

struct KafkaPlan {
  std::string directory;  ///< of the cluster
  KafkaSettings settings;
  Jars jars;
  std::string zookeeper;
  std::vector<KafkaPorts> ports;  ///< by broker, from the first

  /// server.properties of a broker.
  std::string configuration(int id, const std::vector<std::string>& log_directories) const;
  /// Of all brokers: "127.0.0.1:4001,127.0.0.1:4002"; empty without that listener.
  std::string addresses(KafkaListener listener) const;
};

/// Which of the brokers that is, from 0; their number: none.
std::size_t place_of(const KafkaSettings& settings, int id);
/// The listeners that these settings ask for, and those of them that clients use.
std::vector<KafkaListener> all_listeners(const KafkaSettings& settings);
std::vector<KafkaListener> client_listeners(const KafkaSettings& settings);
/// "a \"word\"" quoted as JAAS configurations want it.
std::string jaas_word(const std::string& text);

std::string kafka_plan_path(const std::string& directory);
Status save_plan(const KafkaPlan& plan, const std::string& directory);
/// Everything but the jars. kNotFound, kCorrupt.
Result<KafkaPlan> load_kafka_plan(const std::string& directory);

}  // namespace arkive::rehearse
