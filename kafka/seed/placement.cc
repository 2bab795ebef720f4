#include <sys/stat.h>

#include <algorithm>
#include <numeric>

#include "kafka/archive/layout.h"
#include "kafka/log_directories/partition_files.h"
#include "kafka/seed/placement_internal.h"
#include "stores/core/bytes.h"
#include "stores/core/files.h"
#include "stores/core/hash.h"

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

/// Names come from the lists of an archive, which anybody may have written.
Status check_names(const std::vector<ArchivedTopic>& topics) {
  for (const ArchivedTopic& topic : topics) {
    if (!is_topic_name(topic.name)) {
      return fail(Outcome::kCorrupt, "seed '" + printable(topic.name) + "': no topic can be called that",
                  "the archive is damaged or not arkive's: arkive verify");
    }
    for (const ArchivedPartition& partition : topic.partitions) {
      if (partition.partition < 0)
        return fail(Outcome::kCorrupt,
                    "seed '" + topic.name + "': it has a partition " + std::to_string(partition.partition));
    }
  }
  return ok();
}

/// Told from all that decides what is written where.
std::string name_in_progress(const Placement& placement, const SeedOptions& options) {
  constexpr std::size_t kDigits = 16;
  std::string text = placement.meta.text();
  for (const std::string& directory : options.log_directories) text += directory + '\n';
  for (const Placed& placed : placement.partitions) {
    text += placed.name + ' ' + placed.shape.topic_id.text() + ' ' + std::to_string(placed.log_directory) +
            ' ' + std::to_string(placed.shape.log_start) + ' ' + std::to_string(placed.shape.log_end);
    for (const ArchivedSegment* const segment : placed.shape.segments) text += ' ' + segment->sha256;
    text += '\n';
  }
  // The letter at the end: no number, whatever the digits, so no partition for any broker.
  return std::string(kInProgress) + hex(sha256(text)).substr(0, kDigits) + "x";
}

/// Whether an earlier try of this seed was killed. kConflict: another seed was.
Result<bool> was_begun(const SeedOptions& options, const Placement& placement) {
  bool begun = false;
  for (const std::string& directory : options.log_directories) {
    if (!path_exists(directory)) continue;
    ARKIVE_ASSIGN(const auto names, list_directory(directory));
    for (const std::string& name : names) {
      if (name == placement.in_progress) begun = true;
      if (!name.starts_with(kInProgress) || name == placement.in_progress) continue;
      return fail(Outcome::kConflict,
                  "seed '" + directory + "': a seed of something else was not finished there",
                  "run that one again with the same run, broker, topics and log directories, or begin anew "
                  "with empty directories");
    }
  }
  return begun;
}

/// All are empty, or have what an earlier try left.
Status check_log_directories(const SeedOptions& options, const Placement& placement, bool begun) {
  for (const std::string& directory : options.log_directories) {
    if (!path_exists(directory)) continue;
    if (begun) {
      const auto text = read_file(directory + "/" + std::string(kMetaProperties));
      if (path_exists(directory + "/" + placement.in_progress) || (text && *text == placement.meta.text()))
        continue;
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
  ARKIVE_TRY(check_names(topics));
  for (const ArchivedTopic& topic : topics) {
    for (const ArchivedPartition& partition : topic.partitions) {
      if (!has_replica(partition, options.broker)) continue;
      placement.partitions.push_back({&topic, &partition, shape_of(topic, partition), 0,
                                      partition_directory_name({topic.name, partition.partition}), false});
    }
  }
  if (placement.partitions.empty()) {
    return fail(Outcome::kNotFound,
                "seed broker " + std::to_string(options.broker) + ": no partition of the archive is on it",
                "the replicas are those of the archived cluster: arkive show names its brokers");
  }
  spread(placement.partitions, options.log_directories.size());
  placement.in_progress = name_in_progress(placement, options);
  ARKIVE_ASSIGN(const bool begun, was_begun(options, placement));
  ARKIVE_TRY(check_log_directories(options, placement, begun));
  for (Placed& placed : placement.partitions) {
    placed.in_place = path_exists(options.log_directories[placed.log_directory] + "/" + placed.name);
  }
  return placement;
}

namespace {

Result<bool> has_records(const std::string& directory) {
  ARKIVE_ASSIGN(const auto names, list_directory(directory));
  for (const std::string& name : names) {
    if (!name.ends_with(".log")) continue;
    std::string path = directory;
    path.append("/").append(name);
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) != 0) return fail(system_error("look at", path, errno));
    if (facts.st_size > 0) return true;
  }
  return false;
}

struct Found {
  std::size_t log_directory = 0;
  TopicId id;
};

/// The partitions that a KRaft broker has in its log directories.
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
      std::string path = directory;
      path.append("/").append(name).append("/").append(kPartitionMetadata);
      const auto metadata = read_file(path);
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
  ARKIVE_TRY(check_names(topics));
  ARKIVE_ASSIGN(const auto found, partitions_in(options, placement.meta));
  for (const ArchivedTopic& topic : topics) {
    std::size_t there = 0;
    for (const ArchivedPartition& partition : topic.partitions) {
      const TopicPartition name{topic.name, partition.partition};
      const auto at = found.find(name);
      if (at == found.end()) continue;
      ++there;
      Placed placed{&topic,
                    &partition,
                    shape_of(topic, partition),
                    at->second.log_directory,
                    partition_directory_name(name),
                    false};
      placed.shape.topic_id = at->second.id;
      placed.shape.leader_epoch = kFirstLeaderEpoch;
      placed.shape.epochs = {{kFirstLeaderEpoch, placed.shape.log_start}};
      placement.partitions.push_back(std::move(placed));
    }
    if (there < topic.partitions.size()) {
      placement.notes.push_back("topic " + topic.name + ": " + std::to_string(there) + " of its " +
                                std::to_string(topic.partitions.size()) +
                                " partitions are in these log directories; the others: on other brokers, or "
                                "not made yet");
    }
  }
  for (const auto& [found_name, where] : found) {
    const TopicPartition& name = found_name;  // clang 14 captures no structured binding
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
  placement.in_progress = name_in_progress(placement, options);
  ARKIVE_ASSIGN(const bool begun, was_begun(options, placement));
  for (Placed& placed : placement.partitions) {
    const std::string path = options.log_directories[placed.log_directory] + "/" + placed.name;
    ARKIVE_ASSIGN(const bool records, has_records(path));
    // An earlier try began only when all partitions were empty: the records are those that it put there.
    placed.in_place = records && begun;
    if (records && !begun) {
      return fail(Outcome::kConflict, "seed '" + path + "': the partition has records",
                  "only partitions that are still empty are seeded: leave the topic out, or make it anew");
    }
  }
  return placement;
}

}  // namespace arkive::kafka::seeding
