/// OffsetMap: where the records of an archived partition stand after they were replayed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/result.h"

namespace arkive::kafka {

/// `count` records of the source, at offsets source, source + 1, ..., stand at target, target + 1, ... of one
/// partition.
struct OffsetRun {
  std::int64_t source = 0;
  std::int64_t target = 0;
  std::int64_t count = 0;
  bool operator==(const OffsetRun&) const = default;
};

/// Of one source partition that went to one target partition. Offsets of both sides ascend.
class PartitionOffsetMap {
 public:
  /// Must lie behind all runs so far on both sides (a broken invariant otherwise); joined to the last one
  /// where it goes on from it.
  void add(const OffsetRun& run);
  const std::vector<OffsetRun>& runs() const { return runs_; }
  bool empty() const { return runs_.empty(); }

  /// Where a consumer that had committed `source` (the next offset it would have read) goes on: at the target
  /// of the first replayed record at or behind it. Right for offsets whose record was compacted away, was
  /// aborted or was a transaction marker, too. Nothing: all replayed records lie before it, so it goes on at
  /// the end of what was replayed, end_target().
  std::optional<std::int64_t> translate(std::int64_t source) const;
  /// Behind the last replayed record, in the target.
  std::int64_t end_target() const;

 private:
  std::vector<OffsetRun> runs_;
};

/// What the map of one source partition says to a committed offset.
struct TranslatedOffset {
  enum class Kind : std::uint8_t {
    kExact,    ///< the record at that very offset was replayed
    kNext,     ///< it was not (compacted, aborted, marker, gap): that of the next one
    kAtEnd,    ///< nothing behind it was replayed: the end
    kBefore,   ///< below what was replayed: the first
    kNotThere  ///< nothing of that partition was replayed, or it was spread over several partitions by key
  };
  Kind kind = Kind::kNotThere;
  std::int64_t offset = -1;  ///< of the target partition; -1: kNotThere
};

/// A source partition of a replay and where it went.
struct ReplayedPartition {
  std::string source_topic;
  std::string source_topic_id;  ///< as in the archive; empty: none
  std::int32_t source_partition = 0;
  std::string target_topic;
  std::int32_t target_partition = -1;  ///< -1: by key, over all partitions of the target
  std::int64_t source_begin = 0;       ///< what was asked for: [source_begin, source_end) of the source
  std::int64_t source_end = 0;
  std::int64_t target_begin = 0;  ///< where the target partition ended when the replay began
  PartitionOffsetMap map;
  bool complete = false;  ///< all of it was replayed

  TranslatedOffset translate(std::int64_t source_offset) const;
};

/// All of one replay.
struct OffsetMap {
  std::string source_cluster;                 ///< cluster id
  std::string target_cluster;                 ///< cluster id
  std::string archive;                        ///< the store's name, as given
  std::string archive_cluster;                ///< the name the topics are kept under
  std::string run;                            ///< the archive's run
  std::vector<ReplayedPartition> partitions;  ///< ascending by source topic, then partition

  const ReplayedPartition* find(std::string_view source_topic, std::int32_t partition) const;
};

/// The map that the replay in `journal_directory` (docs/format-replay.md) has made so far. kNotFound: no
/// replay was made there.
Result<OffsetMap> read_offset_map(const std::string& journal_directory);

}  // namespace arkive::kafka
