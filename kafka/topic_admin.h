/// TopicAdmin: topics of a live cluster made and configured.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kafka/log_target.h"

namespace arkive::kafka {

struct NewTopic {
  std::string name;
  std::int32_t partitions = 1;           ///< when `assignment` is empty
  std::int16_t replication_factor = -1;  ///< when `assignment` is empty; -1: the cluster's default
  /// Broker ids by partition, the preferred leader first; empty: the cluster chooses.
  std::vector<std::vector<std::int32_t>> assignment;
  std::map<std::string, std::string> configs;
};

/// A change of one topic's own settings; what is not named stays as it is.
struct ConfigChange {
  std::string topic;
  std::map<std::string, std::optional<std::string>> settings;  ///< nothing: back to the cluster's default
};

/// Any thread. Errors as those of LogSource; answers in the order of what was asked.
class TopicAdmin {
 public:
  virtual ~TopicAdmin() = default;
  /// With `validate_only` nothing is made: the answers say what would be refused (an unknown setting, too few
  /// brokers). On success brokers know the topics, or will within moments.
  virtual Result<std::vector<ItemAnswer>> create_topics(std::span<const NewTopic> topics, bool validate_only,
                                                        Deadline deadline) = 0;
  /// With `validate_only` nothing is changed: the answers say what would be refused (a value, the user).
  virtual Result<std::vector<ItemAnswer>> change_configs(std::span<const ConfigChange> changes,
                                                         bool validate_only, Deadline deadline) = 0;
  virtual Result<std::vector<ItemAnswer>> delete_topics(std::span<const std::string> topics,
                                                        Deadline deadline) = 0;
};

}  // namespace arkive::kafka
