/// ClusterOnDisks: the partitions of a cluster as its brokers' disks hold them, or as a seed is going to make
/// them: what ZooKeeper's tree has to say of them, whatever a backup says.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "kafka/archive/contents.h"
#include "kafka/inspect/logs_report.h"
#include "kafka/log_source.h"

namespace arkive::kafka {

struct ReplicaOnDisk {
  std::int32_t broker = -1;
  std::string directory;  ///< "/data/kafka/orders-0"
  TopicId topic_id;       ///< zero: not told
  std::int64_t log_start = 0;
  std::int64_t log_end = 0;
  std::optional<std::int64_t> high_watermark;
  std::int32_t last_epoch = -1;     ///< of the last batch; -1: there is none
  std::int32_t highest_epoch = -1;  ///< that the replica has ever heard of
  std::uint64_t bytes = 0;
  bool damaged = false;
};

/// What must be known, or done by somebody, before brokers start on these disks.
struct DiskTrouble {
  std::string object;  ///< "broker 2", "partition orders-0 of broker 1"
  std::string what;
  std::string advice;
  /// Brokers must not be started before it is dealt with.
  bool stops = false;
};

struct ClusterOnDisks {
  std::string cluster_id;          ///< empty: no log directory tells one (before 2.0)
  std::set<std::int32_t> brokers;  ///< whose disks are known
  std::map<TopicPartition, std::vector<ReplicaOnDisk>> partitions;  ///< ascending by broker
  std::map<std::string, TopicId> topic_ids;                         ///< those told
  std::int64_t highest_producer_id = -1;
  std::set<std::string> topics_being_deleted;  ///< whose directories end in -delete
  std::vector<DiskTrouble> troubles;
  /// Every partition that has a directory, or will have one, is among `partitions`.
  bool complete = true;

  bool has_records() const;
};

/// From the reports of brokers. A topic of which brokers hold different ids gets the id most of them hold;
/// the others' directories are no replicas, and a trouble.
ClusterOnDisks cluster_on_disks(std::span<const LogsReport> reports);

/// As seeding these topics makes it: all replicas of a partition are equal.
ClusterOnDisks cluster_as_seeded(const ArchiveIndex& index, std::span<const ArchivedTopic> topics,
                                 std::int64_t highest_producer_id);

}  // namespace arkive::kafka
