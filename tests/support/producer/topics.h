/// Topics and groups by the admin protocol: milliseconds each, where Kafka's own tools start a Java.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "tests/support/producer/connection.h"

namespace arkive::producer {

struct TopicWishes {
  std::string name;
  int partitions = 1;
  int replicas = 1;
  /// Broker ids by partition, instead of both numbers above; the first of each leads.
  std::vector<std::vector<std::int32_t>> assignment;
  std::map<std::string, std::string> configs;
};

/// "1,2;2,3": two partitions. kUsage otherwise.
Result<std::vector<std::vector<std::int32_t>>> parse_assignment(const std::string& text);

/// Waits until the controller has made it (or taken it away). kConflict when it exists, kNotFound when not.
Status create_topic(const Connection& connection, const TopicWishes& wishes, Deadline deadline);
Status delete_topic(const Connection& connection, const std::string& topic, Deadline deadline);
/// `total`: how many it shall have.
Status add_partitions(const Connection& connection, const std::string& topic, int total, Deadline deadline);
/// Sets these and keeps the topic's own others.
Status configure_topic(const Connection& connection, const std::string& topic,
                       const std::map<std::string, std::string>& configs, Deadline deadline);
/// Moves the log's start: what lies before `offset` is gone. -1: everything.
Status delete_records(const Connection& connection, const std::string& topic, std::int32_t partition,
                      std::int64_t offset, Deadline deadline);
/// Prints {"group":..,"state":..,"protocol_type":..,"members":N,"coordinator":N} for each group.
Status list_groups(const Connection& connection, Deadline deadline);

}  // namespace arkive::producer
