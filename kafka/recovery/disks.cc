#include "kafka/recovery/disks.h"

#include <algorithm>

#include "kafka/log_directories/partition_files.h"
#include "stores/core/bytes.h"

namespace arkive::kafka {
namespace {

using Kind = PartitionDirectory::Kind;

std::string of_broker(std::int32_t broker) {
  return broker < 0 ? std::string("a broker whose id is not known") : "broker " + std::to_string(broker);
}

void add_partition(const LogsReport& report, const InspectedDirectory& directory,
                   const InspectedPartition& inspected, ClusterOnDisks& cluster) {
  cluster.highest_producer_id = std::max(cluster.highest_producer_id, inspected.highest_producer_id);
  if (inspected.kind == Kind::kDelete) cluster.topics_being_deleted.insert(inspected.partition.topic);
  if (inspected.kind != Kind::kLive) return;
  const std::string object =
      "partition " + printable(inspected.partition.text()) + " of " + of_broker(report.broker);
  if (!inspected.error.empty()) {
    cluster.troubles.push_back({object, "could not be read to its end: " + printable(inspected.error),
                                "mend that and run arkive inspect-logs again", true});
  }
  if (inspected.damage_count > 0) {
    const LogDamage& first = inspected.damage.front();
    cluster.troubles.push_back(
        {object,
         "is damaged in " + std::to_string(inspected.damage_count) + " places, first in " +
             printable(first.file) + " at byte " + std::to_string(first.position) + ": " +
             printable(first.cause) + "; a broker cuts it there, skips it, or serves it as it is",
         "where another replica is sound, move this directory away before the broker starts: it copies the "
         "partition anew",
         false});
  }
  std::vector<ReplicaOnDisk>& replicas = cluster.partitions[inspected.partition];
  if (std::ranges::find(replicas, report.broker, &ReplicaOnDisk::broker) != replicas.end()) {
    cluster.troubles.push_back({object, "lies in two of its log directories: the broker will not start",
                                "move the shorter of the two away", true});
    return;
  }
  ReplicaOnDisk replica;
  replica.broker = report.broker;
  replica.directory = directory.path + "/" + inspected.directory;
  replica.topic_id = inspected.topic_id;
  replica.log_start = inspected.log_start;
  replica.log_end = inspected.log_end;
  replica.high_watermark = inspected.high_watermark;
  replica.last_epoch = inspected.last_epoch;
  replica.highest_epoch = inspected.highest_epoch;
  replica.bytes = inspected.bytes;
  replica.damaged = inspected.damage_count > 0 || !inspected.error.empty();
  replicas.push_back(std::move(replica));
}

void add_directory(const LogsReport& report, const InspectedDirectory& directory, ClusterOnDisks& cluster) {
  const std::string object = "log directory " + printable(directory.path) + " of " + of_broker(report.broker);
  if (!directory.error.empty()) {
    cluster.complete = false;
    cluster.troubles.push_back({object, "could not be read: " + printable(directory.error),
                                "mend that and run arkive inspect-logs again", true});
  }
  if (directory.in_use) {
    cluster.troubles.push_back({object, "was in use by a running broker when it was looked at",
                                "stop the broker and run arkive inspect-logs again", true});
  }
  if (directory.meta && !directory.meta->cluster_id.empty()) {
    if (cluster.cluster_id.empty()) {
      cluster.cluster_id = directory.meta->cluster_id;
    } else if (cluster.cluster_id != directory.meta->cluster_id) {
      cluster.troubles.push_back({object,
                                  "belongs to cluster " + printable(directory.meta->cluster_id) +
                                      ", others to " + printable(cluster.cluster_id),
                                  "plan with the log directories of one cluster only", true});
    }
  }
  for (const InspectedPartition& partition : directory.partitions)
    add_partition(report, directory, partition, cluster);
}

/// The id that most replicas hold; of equals the one whose logs are longer.
TopicId id_of_most(const std::map<std::string, std::pair<std::size_t, std::int64_t>>& votes) {
  const auto best = std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
  return *TopicId::from_text(best->first);
}

void settle_topic_ids(ClusterOnDisks& cluster) {
  std::map<std::string, std::map<std::string, std::pair<std::size_t, std::int64_t>>> votes;
  for (const auto& [partition, replicas] : cluster.partitions) {
    for (const ReplicaOnDisk& replica : replicas) {
      if (replica.topic_id.is_zero()) continue;
      auto& vote = votes[partition.topic][replica.topic_id.text()];
      vote.first += 1;
      vote.second += replica.log_end;
    }
  }
  for (const auto& [topic, ids] : votes) cluster.topic_ids[topic] = id_of_most(ids);
  for (auto& [partition, replicas] : cluster.partitions) {
    const auto id = cluster.topic_ids.find(partition.topic);
    if (id == cluster.topic_ids.end()) continue;
    std::erase_if(replicas, [&, &name = partition](const ReplicaOnDisk& replica) {
      if (replica.topic_id.is_zero() || replica.topic_id == id->second) return false;
      cluster.troubles.push_back(
          {"partition " + printable(name.text()) + " of " + of_broker(replica.broker),
           "is of another topic of that name (" + replica.topic_id.text() + ", most brokers hold " +
               id->second.text() + "): the broker would refuse to serve it (INCONSISTENT_TOPIC_ID)",
           "move " + printable(replica.directory) + " away before the broker starts", true});
      return true;
    });
  }
  std::erase_if(cluster.partitions, [](const auto& entry) { return entry.second.empty(); });
}

}  // namespace

bool ClusterOnDisks::has_records() const {
  return std::ranges::any_of(partitions, [](const auto& entry) {
    return std::ranges::any_of(
        entry.second, [](const ReplicaOnDisk& replica) { return replica.log_end > replica.log_start; });
  });
}

ClusterOnDisks cluster_on_disks(std::span<const LogsReport> reports) {
  ClusterOnDisks cluster;
  for (const LogsReport& report : reports) {
    if (report.broker < 0) {
      cluster.complete = false;
      cluster.troubles.push_back({"log directories of host " + printable(report.host),
                                  "do not tell whose they are", "run arkive inspect-logs --broker ID there",
                                  true});
      continue;
    }
    if (!cluster.brokers.insert(report.broker).second) {
      cluster.troubles.push_back({of_broker(report.broker), "has two reports",
                                  "name all its log directories in one call of arkive inspect-logs", true});
      continue;
    }
    for (const InspectedDirectory& directory : report.directories) add_directory(report, directory, cluster);
  }
  for (auto& [partition, replicas] : cluster.partitions)
    std::ranges::sort(replicas, {}, &ReplicaOnDisk::broker);
  settle_topic_ids(cluster);
  return cluster;
}

ClusterOnDisks cluster_as_seeded(const ArchiveIndex& index, std::span<const ArchivedTopic> topics,
                                 std::int64_t highest_producer_id) {
  ClusterOnDisks cluster;
  cluster.cluster_id = index.cluster.cluster_id;
  cluster.highest_producer_id = highest_producer_id;
  for (const ArchivedTopic& topic : topics) {
    if (!topic.id.is_zero()) cluster.topic_ids[topic.name] = topic.id;
    for (const ArchivedPartition& partition : topic.partitions) {
      std::vector<ReplicaOnDisk>& replicas = cluster.partitions[{topic.name, partition.partition}];
      for (const std::int32_t broker : partition.replicas) {
        cluster.brokers.insert(broker);
        ReplicaOnDisk replica;
        replica.broker = broker;
        replica.topic_id = topic.id;
        replica.log_start = partition.log_start;
        replica.log_end = partition.next_offset;
        replica.last_epoch = partition.epochs.empty() ? -1 : partition.epochs.back().epoch;
        replica.highest_epoch = std::max(replica.last_epoch, partition.leader_epoch);
        for (const ArchivedSegment& segment : partition.segments) {
          if (segment.generation == partition.generation) replica.bytes += segment.bytes;
        }
        replicas.push_back(std::move(replica));
      }
      std::ranges::sort(replicas, {}, &ReplicaOnDisk::broker);
    }
  }
  return cluster;
}

}  // namespace arkive::kafka
