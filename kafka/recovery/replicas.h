/// Who may lead a partition whose ZooKeeper state is lost or old, told from what its replicas hold. The rule
/// was found on real brokers: with it no acknowledged record is lost in any start order.
///
///   replicas  the brokers that hold a directory of it, in the backup's order
///   in sync   those of them with the greatest (leader epoch of the last batch, log end)
///   leader    the first of the replicas that is in sync
///   epoch     above every epoch that any of them has heard of, and the backup's
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "kafka/recovery/disks.h"

namespace arkive::kafka {

struct PartitionInBackup {
  std::vector<std::int32_t> replicas;
  std::int64_t leader_epoch = -1;  ///< -1: no state znode
};

struct RecoveredPartition {
  TopicPartition partition;
  std::vector<std::int32_t> replicas;
  std::vector<std::int32_t> in_sync;
  std::int32_t leader = -1;
  std::int64_t leader_epoch = 0;
  std::int64_t log_start = 0;
  std::int64_t log_end = 0;  ///< of those in sync; 0 when nothing is on disk
  std::uint64_t bytes = 0;   ///< of the leader's log
  bool on_disk = true;       ///< false: no replica has a directory; brokers make empty logs
  /// What a person should know: "replicas [1,2] become [3,2]: where its directories are".
  std::vector<std::string> notes;
  /// A replica's high watermark is above the log end of those in sync: acknowledged records would be lost.
  bool loses_acknowledged = false;
};

/// `on_disk`: replicas of it, none when it has none. `known`: brokers whose disks are known: those of the
/// backup's replicas that are not among them stay replicas, out of sync.
RecoveredPartition recover_partition(const TopicPartition& partition, std::span<const ReplicaOnDisk> on_disk,
                                     const PartitionInBackup& backup, const std::set<std::int32_t>& known);

}  // namespace arkive::kafka
