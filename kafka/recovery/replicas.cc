#include "kafka/recovery/replicas.h"
#include "stores/core/words.h"

#include <algorithm>
#include <utility>

namespace arkive::kafka {
namespace {

const ReplicaOnDisk* of_broker(std::span<const ReplicaOnDisk> replicas, std::int32_t broker) {
  const auto found = std::ranges::find(replicas, broker, &ReplicaOnDisk::broker);
  return found == replicas.end() ? nullptr : &*found;
}

std::pair<std::int32_t, std::int64_t> rank(const ReplicaOnDisk& replica) {
  return {replica.last_epoch, replica.log_end};
}

}  // namespace

RecoveredPartition recover_partition(const TopicPartition& partition, std::span<const ReplicaOnDisk> on_disk,
                                     const PartitionInBackup& backup, const std::set<std::int32_t>& known) {
  RecoveredPartition recovered;
  recovered.partition = partition;
  std::int64_t highest_epoch = backup.leader_epoch;
  for (const ReplicaOnDisk& replica : on_disk)
    highest_epoch = std::max<std::int64_t>(highest_epoch, replica.highest_epoch);
  recovered.leader_epoch = highest_epoch + 1;
  if (on_disk.empty()) {
    recovered.on_disk = false;
    recovered.replicas = backup.replicas;
    recovered.in_sync = backup.replicas;
    if (!recovered.replicas.empty()) recovered.leader = recovered.replicas.front();
    return recovered;
  }

  std::vector<std::int32_t> unknown;
  for (const std::int32_t broker : backup.replicas) {
    if (of_broker(on_disk, broker) != nullptr) {
      recovered.replicas.push_back(broker);
    } else if (!known.contains(broker)) {
      recovered.replicas.push_back(broker);
      unknown.push_back(broker);
    }
  }
  for (const ReplicaOnDisk& replica : on_disk) {
    if (std::ranges::find(recovered.replicas, replica.broker) == recovered.replicas.end())
      recovered.replicas.push_back(replica.broker);
  }
  const auto best = std::ranges::max_element(on_disk, {}, rank);
  for (const std::int32_t broker : recovered.replicas) {
    const ReplicaOnDisk* const replica = of_broker(on_disk, broker);
    if (replica != nullptr && rank(*replica) == rank(*best)) recovered.in_sync.push_back(broker);
  }
  recovered.leader = recovered.in_sync.front();
  recovered.log_start = best->log_start;
  recovered.log_end = best->log_end;
  recovered.bytes = best->bytes;

  if (!backup.replicas.empty() && recovered.replicas != backup.replicas) {
    recovered.notes.push_back("replicas " + in_brackets(backup.replicas) + " become " +
                              in_brackets(recovered.replicas) + ": where its directories are");
  }
  if (!unknown.empty()) {
    recovered.notes.push_back("nothing is known of the disks of broker " + in_brackets(unknown) +
                              ", which must not be the only ones to hold its newest records");
  }
  for (const ReplicaOnDisk& replica : on_disk) {
    if (std::ranges::find(recovered.in_sync, replica.broker) == recovered.in_sync.end()) {
      recovered.notes.push_back(
          "broker " + std::to_string(replica.broker) + " ends at " + std::to_string(replica.log_end) +
          " in leader epoch " + std::to_string(replica.last_epoch) + ", " + in_brackets(recovered.in_sync) +
          " at " + std::to_string(best->log_end) + " in " + std::to_string(best->last_epoch) +
          ": it follows; records that it alone has are cut");
    }
    if (replica.high_watermark && *replica.high_watermark > best->log_end) {
      recovered.loses_acknowledged = true;
      recovered.notes.push_back("broker " + std::to_string(replica.broker) + " knows records up to " +
                                std::to_string(*replica.high_watermark) +
                                " as acknowledged, and those in sync end at " +
                                std::to_string(best->log_end));
    }
  }
  return recovered;
}

}  // namespace arkive::kafka
