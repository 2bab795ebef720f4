/// One archived partition as the files of a broker's partition directory.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "kafka/archive/stored_segment.h"
#include "kafka/log_directories/producer_snapshot.h"
#include "kafka/seed/seed.h"
#include "stores/core/handle.h"

namespace arkive::kafka::seeding {

/// What a partition becomes, besides its archived segments.
struct PartitionShape {
  std::int64_t log_start = 0;
  std::int64_t log_end = 0;
  std::vector<const ArchivedSegment*>
      segments;  ///< of the newest generation, with something at log_start or later
  std::vector<LeaderEpochStart> epochs;
  TopicId topic_id;  ///< of partition.metadata; zero: none is written
  /// Of another cluster: written into every batch (it is in no CRC); none: all is as archived.
  std::optional<std::int32_t> leader_epoch{};
};

/// As the archive has it.
PartitionShape shape_of(const ArchivedTopic& topic, const ArchivedPartition& partition);

/// Writes all files into the new directory `path`, not synced, and returns the highest producer id of its
/// batches, -1: none. kCorrupt, kNotFound: the archive is damaged,
/// naming the object; kFull, kDenied, kFail, kInterrupted.
Result<std::int64_t> write_partition(const Store& store, const PartitionPlace& place,
                                     const PartitionShape& shape, const std::string& path,
                                     const SeedOptions& options);

}  // namespace arkive::kafka::seeding
