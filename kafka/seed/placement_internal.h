/// Where each partition goes, told before anything is written.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/log_directories/meta_properties.h"
#include "kafka/seed/partition_writer_internal.h"

namespace arkive::kafka::seeding {

/// Stands in a log directory from the first write to the last: no broker starts beside a directory of this
/// name, for it takes each directory for a partition's.
inline constexpr const char* kInProgress = ".arkive-seed-in-progress";

/// Stands in a partition's directory of a KRaft seed that is not finished.
inline constexpr std::string_view kSeeded = ".arkive-seeded";

struct Placed {
  const ArchivedTopic* topic = nullptr;
  const ArchivedPartition* partition = nullptr;
  PartitionShape shape;
  std::size_t log_directory = 0;  ///< place in SeedOptions::log_directories
  std::string name;               ///< "orders-0"
};

struct Placement {
  std::vector<Placed> partitions;
  std::vector<Missing> missing;
  std::vector<std::string> notes;
  MetaProperties meta;  ///< what is to be written; with into_kraft: what is there
};

/// ZooKeeper mode: the broker's partitions, spread over the log directories by bytes. Errors: kUsage,
/// kConflict (a log directory has something in it that no seed of this broker left).
Result<Placement> place_for_zookeeper(const ArchiveIndex& index, const std::vector<ArchivedTopic>& topics,
                                      const SeedOptions& options);

/// KRaft: where the target's own partition directories are. Errors: kConflict (a partition has records; a
/// broker runs there), kNotFound (not formatted).
Result<Placement> place_for_kraft(const std::vector<ArchivedTopic>& topics, const SeedOptions& options);

}  // namespace arkive::kafka::seeding
