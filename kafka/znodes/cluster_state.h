/// Who is there of a Kafka cluster and what was handed out last, as its znodes tell; and which of its znodes
/// move by themselves. Formats: kafka.zk.ZkData of Apache Kafka's source.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "zk/source.h"

namespace arkive::kafka {

struct RegisteredBroker {
  std::int32_t id = -1;
  std::string host;  ///< empty: not understood
  std::uint16_t port = 0;
};

/// The block of producer ids handed out last.
struct ProducerIdsInTree {
  bool is_null = false;  ///< no data, as brokers make it at their first start
  std::int64_t end = -1;
};

struct ClusterState {
  std::int32_t controller = -1;           ///< broker id; -1: none, or not understood
  std::int64_t controller_epoch = -1;     ///< -1: none, or not understood
  std::vector<RegisteredBroker> brokers;  ///< ascending by id
  std::optional<ProducerIdsInTree> producer_ids;
  std::vector<std::string> not_understood;  ///< paths of these whose data is not what Kafka writes
};

/// Of the cluster at `root` ("" or "/kafka"). Never fails.
ClusterState cluster_state(const zk::Reading& reading, const std::string& root);

/// Where in a tree Kafka's znodes stand: at the root and three levels below it. Ascending; may be none.
std::vector<std::string> kafka_roots(const zk::Tree& tree);

/// True for what Kafka itself makes at or below its root.
bool is_kafkas(std::string_view path, std::string_view root);

/// What a cluster that merely runs changes of a persistent znode.
enum class Movement : std::uint8_t {
  kNone,
  kData,  ///< a partition's state, the controller's epoch, producer ids, old consumers' offsets
  kAll    ///< notices come and go
};
Movement movement_of(std::string_view path, std::string_view root);

/// A topic's config without the values that are secret.
std::map<std::string, std::string> without_secrets(std::map<std::string, std::string> topic_config);

}  // namespace arkive::kafka
