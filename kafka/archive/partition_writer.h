/// PartitionWriter: takes what was fetched of one partition and writes it as segments with their indexes,
/// every batch checked.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kafka/archive/contents.h"
#include "kafka/archive/layout.h"
#include "kafka/archive/segment_output.h"
#include "kafka/log/aborted.h"
#include "kafka/log/batch.h"
#include "kafka/log/index.h"
#include "stores/store.h"

namespace arkive::kafka {

/// Not thread-safe. Borrows what it is given.
class PartitionWriter {
 public:
  struct Options {
    std::uint64_t segment_bytes = std::uint64_t{1} << 30;  ///< a new segment begins beyond it; below 2 GiB
    std::string gap_cause;  ///< why offsets are missing between batches: "compaction", ...
    /// Borrowed: segments of which the producers left most uncompressed are written compressed; null: none
    /// is.
    FrameCompressors* compressors = nullptr;
  };

  /// Goes on at partition.next_offset. `topic` says name and id.
  PartitionWriter(Store& store, std::string cluster, const ArchivedTopic& topic, ArchivedPartition& partition,
                  Options options);

  /// Appends the whole batches of `records` up to offset `target`, and beyond it, with `to_markers`, as far
  /// as the markers of the transactions open at `target`: without its marker a transaction would be torn. A
  /// batch cut short at the end is left, those that end before next_offset are passed over. Keeps `partition`
  /// true all the time but for its list of segments. A batch that begins within what is archived is of
  /// another log (a topic made anew where topics have no ids; a log that was cut): then a new generation
  /// begins at the log start and nothing is taken; of the one that ends, what this writer took across leader
  /// epochs is dropped, for it may be of two logs. kCorrupt: a batch that is none or whose CRC is wrong;
  /// batches before it have been taken. Otherwise as ObjectWriter.
  Status take(Bytes records, std::int64_t target, bool to_markers);
  /// A transaction that began before `offset` is open.
  bool is_open_before(std::int64_t offset) const;
  /// There is nothing to be had of [next_offset, next), for the reason in Options: a gap, within the segment
  /// when it goes on behind it.
  void pass_to(std::int64_t next);
  /// Offsets [next_offset, next) are gone for good. Closes the open segment. Errors as ObjectWriter.
  Status skip_to(std::int64_t next, std::string cause);
  /// Closes the open segment. To be called at the end, and before the partition is given up with what it has.
  Status finish();

  std::uint64_t bytes() const { return bytes_; }     ///< written by this writer
  std::int64_t records() const { return records_; }  ///< as far as known
  /// The leader epochs of the generation after which this writer took records of a later one, each with the
  /// offset where what is archived of it ends.
  const std::vector<LeaderEpochStart>& left_epochs() const { return left_epochs_; }

 private:
  Status take_entry(const LogEntry& entry);
  std::int64_t archived_end() const;  // of this generation; 0: nothing
  void begin_generation();
  Status begin_segment(std::int64_t base_offset, const LogEntry& entry);
  bool is_mostly_uncompressed(const LogEntry& entry) const;
  Status write_index(SegmentFile file, Bytes content);
  void note_gap(std::int64_t first, std::int64_t next);
  void note_gap_between_segments(std::int64_t first, std::int64_t next);
  void note_epoch(const LogEntry& entry, std::int64_t first);
  Status flush();

  Store& store_;
  std::string cluster_;
  const ArchivedTopic& topic_;
  ArchivedPartition& partition_;
  Options options_;
  TransactionTracker transactions_;
  std::size_t found_segments_;  // of this generation and older ones, that this writer did not write
  std::optional<SegmentOutput> log_;
  std::optional<IndexBuilder> index_;
  ArchivedSegment segment_;
  std::vector<LeaderEpochStart> left_epochs_;
  std::optional<std::int64_t> passed_from_;  // a gap that ends at next_offset, not noted yet
  Bytes taking_;                             // what take() was given
  Bytes pending_;                            // taken, not yet written; adjoining bytes of one take()
  std::uint64_t bytes_ = 0;
  std::int64_t records_ = 0;
};

}  // namespace arkive::kafka
