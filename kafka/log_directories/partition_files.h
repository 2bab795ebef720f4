/// Partition directories of a log directory, and the file partition.metadata in each.
///
/// A directory is called <topic>-<partition>; <topic>-<partition>.<32 hex digits>-delete, -future or -stray
/// is a partition that is being deleted, moved to another log directory, or nobody's (UnifiedLog.scala,
/// LogFileUtils.java, 3.9). The names are no longer than 255 bytes.
///
/// partition.metadata, since 2.8: "version: 0\ntopic_id: <22 characters of URL-safe base64>", no line end
/// (PartitionMetadataFile.java in storage/src/main/java/org/apache/kafka/storage/internals/checkpoint).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kafka/log_source.h"
#include "stores/core/result.h"

namespace arkive::kafka {

inline constexpr std::string_view kPartitionMetadata = "partition.metadata";

/// "orders-0".
std::string partition_directory_name(const TopicPartition& partition);

struct PartitionDirectory {
  enum class Kind : std::uint8_t { kLive, kDelete, kFuture, kStray };
  Kind kind = Kind::kLive;
  TopicPartition partition;
};
/// Nothing: it is no partition's.
std::optional<PartitionDirectory> parse_partition_directory(std::string_view name);

std::string partition_metadata_text(const TopicId& id);
/// kCorrupt.
Result<TopicId> parse_partition_metadata(std::string_view text);

/// "00000000000000000042.log": the files of a segment by its base offset; `ending` with its point.
std::string segment_file_name(std::int64_t base_offset, std::string_view ending);

}  // namespace arkive::kafka
