/// What an archive of logs holds, as its lists say it (docs/format-archive.md): plain values and their JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/log/aborted.h"
#include "kafka/log_source.h"
#include "stores/core/result.h"
#include "stores/core/time.h"

namespace arkive::kafka {

/// Offsets [first, next) that are in no batch of the archive.
struct OffsetGap {
  /// How the cause of a hole begins: records that were gone before they could be archived.
  static constexpr std::string_view kRemoved = "retention or deleted records";

  std::int64_t first = 0;
  std::int64_t next = 0;
  std::string cause;  ///< "compaction", kRemoved and more, ...
  bool operator==(const OffsetGap&) const = default;
};

/// One archived log segment: [base_offset, next_offset) of a partition.
struct ArchivedSegment {
  static constexpr std::size_t kMostGaps = 100;  ///< that are named

  std::int64_t base_offset = 0;
  std::int64_t next_offset = 0;
  std::int32_t generation = 0;
  /// How often it was made of smaller ones: it lies beside the segments it was made of, one of which has its
  /// base offset. 0: it is as it was archived.
  std::int32_t merge = 0;
  std::uint64_t bytes = 0;  ///< of the log, not compressed
  std::uint64_t batches = 0;
  std::int64_t records = 0;  ///< -1: not known (compressed messages of magic 0 and 1)
  /// The smallest base timestamp and the greatest max timestamp of its batches, -1: none. A record can be
  /// older than the base timestamp of its batch, never younger than the maximum.
  UnixMilliseconds least_base_timestamp = kNoTimestamp;
  UnixMilliseconds max_timestamp = kNoTimestamp;
  std::uint64_t aborted = 0;  ///< aborted transactions whose marker is in it: entries of .txnindex
  /// Of its file in the store, .log.zst; 0: it is not compressed, .log.
  std::uint64_t zstd_bytes = 0;
  std::string sha256;  ///< of its file in the store, hex
  std::vector<OffsetGap> gaps;
  std::uint64_t gap_count = 0;        ///< all of them
  std::uint64_t missing_offsets = 0;  ///< in all of them
  bool operator==(const ArchivedSegment&) const = default;

  bool is_compressed() const { return zstd_bytes > 0; }
  std::uint64_t stored_bytes() const { return is_compressed() ? zstd_bytes : bytes; }
};

struct ArchivedPartition {
  std::int32_t partition = 0;
  std::vector<std::int32_t> replicas;
  std::int32_t leader_epoch = -1;
  /// At the moment of the cut.
  std::int64_t log_start = 0;
  std::int64_t high_watermark = 0;
  std::int64_t last_stable_offset = 0;
  /// The archive holds the log up to here; the next run goes on here.
  std::int64_t next_offset = 0;
  std::int32_t generation = 0;
  std::vector<LeaderEpochStart> epochs;   ///< of the batches, ascending
  std::vector<OpenTransaction> open;      ///< at next_offset
  std::vector<OffsetGap> gaps;            ///< between segments, of the newest generation
  std::vector<ArchivedSegment> segments;  ///< ascending by generation, then base offset
  bool operator==(const ArchivedPartition&) const = default;
};

struct ArchivedTopic {
  std::string name;
  TopicId id;
  bool internal = false;
  std::vector<ConfigEntry> configs;  ///< those set on the topic itself, ascending by name
  std::vector<ArchivedPartition> partitions;
  bool operator==(const ArchivedTopic&) const;

  const ArchivedPartition* find(std::int32_t partition) const;
  std::uint64_t bytes() const;
  std::uint64_t segments() const;
  bool has_compressed_segments() const;
  bool has_merged_segments() const;

  std::string to_json() const;
  /// kCorrupt naming the field; kUsage for a newer format.
  static Result<ArchivedTopic> from_json(std::string_view text);
};

/// The list a manifest names.
struct ArchiveIndex {
  struct Topic {
    std::string name;
    TopicId id;
    std::string list;  ///< SHA-256 of its list, hex
    /// When a run last brought it up to date, the moment of the cut.
    UnixMilliseconds archived = 0;
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0;
    /// When a run last saw it on the cluster, the moment of the cut; 0: not told (older lists).
    UnixMilliseconds seen = 0;
  };
  ClusterFacts cluster;
  std::string source;              ///< "wire", "librdkafka"
  UnixMilliseconds cut_began = 0;  ///< all end offsets were asked for between these two
  UnixMilliseconds cut_ended = 0;
  std::vector<GroupFacts> groups;  ///< ascending by name; asked for before the cut
  std::vector<Topic> topics;       ///< ascending by name, then id

  /// Of several of that name the one that was last seen on the cluster; of those the one last brought up to
  /// date. A topic made anew counts though no run has finished it yet.
  const Topic* find(std::string_view name) const;
  std::string to_json() const;
  static Result<ArchiveIndex> from_json(std::string_view text);
};

}  // namespace arkive::kafka
