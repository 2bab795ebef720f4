/// Where each partition goes, told before anything is written.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/log_directories/meta_properties.h"
#include "kafka/seed/partition_writer_internal.h"

namespace arkive::kafka::seeding {

/// Begins the name of a directory that stands in a log directory from the first write to the last: no broker
/// starts beside it, for it takes each directory for a partition's, and this is none. What follows tells one
/// seed from another, so that a seed that was killed is only gone on with by the same one.
inline constexpr std::string_view kInProgress = ".arkive-seed-in-progress-";

struct Placed {
  const ArchivedTopic* topic = nullptr;
  const ArchivedPartition* partition = nullptr;
  PartitionShape shape;
  std::size_t log_directory = 0;  ///< place in SeedOptions::log_directories
  std::string name;               ///< "orders-0"
  bool in_place = false;          ///< whole, by an earlier try of the same seed
};

struct Placement {
  std::vector<Placed> partitions;
  std::vector<Missing> missing;
  std::vector<std::string> notes;
  MetaProperties meta;      ///< what is to be written; with into_kraft: what is there
  std::string in_progress;  ///< the name of this seed's directory
};

/// ZooKeeper mode: the broker's partitions, spread over the log directories by bytes. Errors: kUsage,
/// kConflict (a log directory has something in it that this seed did not leave there).
Result<Placement> place_for_zookeeper(const ArchiveIndex& index, const std::vector<ArchivedTopic>& topics,
                                      const SeedOptions& options);

/// KRaft: where the target's own partition directories are. Errors: kConflict (a partition has records;
/// an unfinished seed of something else), kNotFound (not formatted).
Result<Placement> place_for_kraft(const std::vector<ArchivedTopic>& topics, const SeedOptions& options);

}  // namespace arkive::kafka::seeding
