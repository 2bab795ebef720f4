/// LogsReport: what the log directories of one broker hold, as `arkive inspect-logs` found it on its host, so
/// that a restore can be planned away from it. Plain values and their JSON (docs/format-logs-report.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/log_directories/meta_properties.h"
#include "kafka/log_directories/partition_files.h"
#include "kafka/log_source.h"
#include "stores/core/result.h"
#include "stores/core/time.h"

namespace arkive::kafka {

/// A place in a segment file that a broker would cut off, skip or serve as garbage.
struct LogDamage {
  std::string file;            ///< name within the partition's directory
  std::uint64_t position = 0;  ///< byte
  std::string cause;           ///< "CRC-32C ... but the bytes give ...", "cut short"
  bool operator==(const LogDamage&) const = default;
};

struct InspectedPartition {
  static constexpr std::size_t kMostDamages = 100;  ///< that are named

  std::string directory;  ///< name within the log directory: "orders-0"
  PartitionDirectory::Kind kind = PartitionDirectory::Kind::kLive;
  TopicPartition partition;
  TopicId topic_id;  ///< of partition.metadata; zero: no such file (2.8.2 and before write none)
  /// [log_start, log_end): as a broker will see it after its start. log_end is behind the last whole, sound
  /// batch before the first damage.
  std::int64_t log_start = 0;
  std::int64_t log_end = 0;
  std::optional<std::int64_t> high_watermark;  ///< of the log directory's checkpoint
  std::uint64_t bytes = 0;                     ///< of .log files
  std::uint64_t segments = 0;
  std::uint64_t batches = 0;
  std::int32_t last_epoch = -1;           ///< leader epoch of the last batch; -1: no batch, or magic 0 and 1
  std::int32_t highest_epoch = -1;        ///< over all batches and leader-epoch-checkpoint
  std::int64_t highest_producer_id = -1;  ///< over all batches; of __transaction_state also over its values
  /// The last segment ends within a batch: what an unclean end leaves, no damage. After an end in good order
  /// it is damage: the broker looks for no such end, and appends behind it.
  bool cut_short = false;
  std::vector<LogDamage> damage;
  std::uint64_t damage_count = 0;  ///< all of it
  std::string error;               ///< why it could not be read to its end; empty: it was
  bool operator==(const InspectedPartition&) const = default;
};

struct InspectedDirectory {
  std::string path;
  std::optional<MetaProperties> meta;          ///< nothing: there is no meta.properties
  bool clean_shutdown = false;                 ///< the broker ended in good order
  bool in_use = false;                         ///< a broker holds its .lock: what was read may have moved
  std::string error;                           ///< why it could not be read; empty: it was
  std::vector<InspectedPartition> partitions;  ///< ascending by directory name
  bool is_empty() const { return !meta && partitions.empty() && error.empty(); }
  bool operator==(const InspectedDirectory&) const = default;
};

struct LogsReport {
  static constexpr int kFormat = 1;

  std::string host;
  UnixMilliseconds inspected = 0;
  std::int32_t broker = -1;  ///< of meta.properties, or as the operator said; -1: not known
  std::vector<InspectedDirectory> directories;  ///< as they were given
  bool operator==(const LogsReport&) const = default;

  /// All was read and nothing is damaged.
  bool is_sound() const;
  std::string to_json() const;  ///< sealed (stores/manifest/seal.h)
  /// kCorrupt naming the field, or that the seal does not fit; kUsage for a newer format.
  static Result<LogsReport> from_json(std::string_view text);
};

}  // namespace arkive::kafka
