/// What a dump of ZooKeeper says of the logs that brokers had: whose they are, where they lie, how far leader
/// epochs and producer ids were. Formats: kafka.zk.ZkData of Apache Kafka's source.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "stores/core/result.h"
#include "zk/tree.h"

namespace arkive::kafka {

struct DumpedPartition {
  std::vector<std::int32_t> replicas;
  std::int64_t leader_epoch = -1;  ///< of its state znode; -1: there is none
};

struct DumpedTopic {
  std::string id;  ///< empty: brokers before 2.8
  std::map<std::int32_t, DumpedPartition> partitions;
};

struct DumpedLogs {
  std::string root;                    ///< where Kafka's tree stands: "", "/kafka"
  std::string cluster_id;              ///< empty: the znode is not there
  std::int64_t last_producer_id = -1;  ///< of the block handed out last; -1: none was
  std::map<std::string, DumpedTopic> topics;
};

/// kNotFound: the tree holds no Kafka; kUsage: several, naming where; kCorrupt: a znode that is not as Kafka
/// writes it.
Result<DumpedLogs> dumped_logs(const zk::Tree& tree);

}  // namespace arkive::kafka
