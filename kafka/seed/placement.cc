#include <sys/stat.h>

#include <algorithm>
#include <numeric>

#include "kafka/log_directories/checkpoint_files.h"
#include "kafka/log_directories/partition_files.h"
#include "kafka/seed/placement_internal.h"
#include "stores/core/files.h"

namespace arkive::kafka::seeding {
namespace {

bool has_replica(const ArchivedPartition& partition, std::int32_t broker) {
  return std::find(partition.replicas.begin(), partition.replicas.end(), broker) != partition.replicas.end();
}

std::uint64_t bytes_of(const PartitionShape& shape) {
  return std::accumulate(
      shape.segments.begin(), shape.segments.end(), std::uint64_t{0},
      [](std::uint64_t sum, const ArchivedSegment* segment) { return sum + segment->bytes; });
}

/// What a file system puts into a fresh one.
bool is_harmless(const std::string& name) {
  return name == "lost+found";
}

/// All are empty, or have what a seed of the same broker left that was killed: in one of them at least stands
/// its mark then.
Status check_log_directories(const SeedOptions& options, const MetaProperties& meta) {
  const bool in_progress =
      std::any_of(options.log_directories.begin(), options.log_directories.end(),
                  [](const std::string& directory) { return path_exists(directory + "/" + kInProgress); });
  for (const std::string& directory : options.log_directories) {
    if (!path_exists(directory)) continue;
    if (in_progress) {
      const auto text = read_file(directory + "/" + std::string(kMetaProperties));
      if (path_exists(directory + "/" + kInProgress) || (text && *text == meta.text())) continue;
    }
    ARKIVE_ASSIGN(const auto names, list_directory(directory));
    for (const std::string& name : names) {
      if (is_harmless(name)) continue;
      return fail(Outcome::kConflict, "seed '" + directory + "': there is '" + printable(name) + "' in it",
                  "a seed goes into empty directories only: move what is there away first");
    }
  }
  return ok();
}

/// The largest first, each to where least is so far.
void spread(std::vector<Placed>& partitions, std::size_t directories) {
  std::vector<std::size_t> order(partitions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return bytes_of(partitions[a].shape) > bytes_of(partitions[b].shape);
  });
  std::vector<std::uint64_t> bytes(directories);
  std::vector<std::size_t> counts(directories);
  for (const std::size_t i : order) {
    std::size_t least = 0;
    for (std::size_t d = 1; d < directories; ++d) {
      if (std::pair(bytes[d], counts[d]) < std::pair(bytes[least], counts[least])) least = d;
    }
    partitions[i].log_directory = least;
    bytes[least] += bytes_of(partitions[i].shape);
    ++counts[least];
  }
}

}  // namespace

Result<Placement> place_for_zookeeper(const ArchiveIndex& index, const std::vector<ArchivedTopic>& topics,
                                      const SeedOptions& options) {
  Placement placement;
  placement.meta.broker = options.broker;
  placement.meta.cluster_id = options.cluster_id.empty() ? index.cluster.cluster_id : options.cluster_id;
  if (index.source != "wire") {
    return fail(Outcome::kUsage,
                "seed from an archive made by " + index.source + ": it has no bytes of brokers",
                "replay it into a running cluster with arkive restore topics");
  }
  ARKIVE_TRY(check_log_directories(options, placement.meta));
  for (const ArchivedTopic& topic : topics) {
    for (const ArchivedPartition& partition : topic.partitions) {
      if (!has_replica(partition, options.broker)) continue;
      placement.partitions.push_back({&topic, &partition, shape_of(topic, partition), 0,
                                      partition_directory_name({topic.name, partition.partition})});
    }
  }
  if (placement.partitions.empty()) {
    return fail(Outcome::kNotFound,
                "seed broker " + std::to_string(options.broker) + ": no partition of the archive is on it",
                "the replicas are those of the archived cluster: arkive show names its brokers");
  }
  spread(placement.partitions, options.log_directories.size());
  return placement;
}

namespace {

Result<bool> has_records(const std::string& directory) {
  ARKIVE_ASSIGN(const auto names, list_directory(directory));
  for (const std::string& name : names) {
    if (!name.ends_with(".log")) continue;
    struct stat facts {};
    if (::lstat((directory + "/" + name).c_str(), &facts) != 0) {
      return fail(system_error("look at", directory + "/" + name, errno));
    }
    if (facts.st_size > 0) return true;
  }
  return false;
}

struct Found {
  std::size_t log_directory = 0;
  TopicId id;
};

/// The partitions that a KRaft broker has in its log directories; those that a killed seed has put there
/// count.
Result<std::map<TopicPartition, Found>> partitions_in(const SeedOptions& options, MetaProperties& meta) {
  std::map<TopicPartition, Found> found;
  for (std::size_t d = 0; d < options.log_directories.size(); ++d) {
    const std::string& directory = options.log_directories[d];
    auto text = read_file(directory + "/" + std::string(kMetaProperties));
    if (!text) {
      return fail(
          text.error().outcome, "seed '" + directory + "': " + text.error().what,
          "format it with kafka-storage.sh format, start the brokers, make the topics, and stop the brokers");
    }
    ARKIVE_ASSIGN(meta, MetaProperties::parse(*text));
    if (meta.version != 1) {
      return fail(Outcome::kConflict, "seed '" + directory + "': it belongs to a broker with ZooKeeper",
                  "leave out --into-kraft, and give empty directories");
    }
    if (options.broker >= 0 && meta.broker != options.broker) {
      return fail(Outcome::kConflict,
                  "seed '" + directory + "': it belongs to broker " + std::to_string(meta.broker));
    }
    ARKIVE_ASSIGN(const auto names, list_directory(directory));
    for (const std::string& name : names) {
      const auto partition = parse_partition_directory(name);
      if (!partition || partition->kind != PartitionDirectory::Kind::kLive) continue;
      const auto metadata = read_file(directory + "/" + name + "/" + std::string(kPartitionMetadata));
      if (!metadata) continue;
      ARKIVE_ASSIGN(const TopicId id, parse_partition_metadata(*metadata));
      found[partition->partition] = {d, id};
    }
  }
  return found;
}

}  // namespace

Result<Placement> place_for_kraft(const std::vector<ArchivedTopic>& topics, const SeedOptions& options) {
  constexpr std::int32_t kFirstLeaderEpoch = 0;
  Placement placement;
  ARKIVE_ASSIGN(const auto found, partitions_in(options, placement.meta));
  for (const ArchivedTopic& topic : topics) {
    std::size_t there = 0;
    for (const ArchivedPartition& partition : topic.partitions) {
      const TopicPartition name{topic.name, partition.partition};
      const auto at = found.find(name);
      if (at == found.end()) continue;
      ++there;
      const std::string& log_directory = options.log_directories[at->second.log_directory];
      const std::string path = log_directory + "/" + partition_directory_name(name);
      const bool seeded = path_exists(path + "/" + std::string(kSeeded));
      ARKIVE_ASSIGN(const bool records, has_records(path));
      if (records && !seeded) {
        return fail(Outcome::kConflict, "seed '" + path + "': the partition has records",
                    "only partitions that are still empty are seeded: leave the topic out, or make it anew");
      }
      Placed placed{&topic, &partition, shape_of(topic, partition), at->second.log_directory,
                    partition_directory_name(name)};
      placed.shape.topic_id = at->second.id;
      placed.shape.leader_epoch = kFirstLeaderEpoch;
      placed.shape.epochs = {{kFirstLeaderEpoch, placed.shape.log_start}};
      placement.partitions.push_back(std::move(placed));
    }
    if (there == 0) {
      placement.notes.push_back(
          "topic " + topic.name +
          ": no partition of it is in these log directories: on other brokers, or not made yet");
    }
  }
  for (const auto& [name, where] : found) {
    const auto topic = std::find_if(topics.begin(), topics.end(), [&](const ArchivedTopic& candidate) {
      return candidate.name == name.topic;
    });
    if (topic == topics.end() || topic->find(name.partition) != nullptr) continue;
    return fail(Outcome::kConflict,
                "seed '" + options.log_directories[where.log_directory] + "/" + name.text() +
                    "': the archived topic has " + std::to_string(topic->partitions.size()) +
                    " partitions, the target's has more",
                "make the topic anew with as many partitions as the archive has");
  }
  return placement;
}

}  // namespace arkive::kafka::seeding
