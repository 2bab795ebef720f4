/// SegmentMerge: neighbouring segments of a partition, written as one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kafka/archive/contents.h"
#include "kafka/archive/segment_output.h"
#include "kafka/archive/stored_segment.h"
#include "kafka/log/index.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/repository.h"
#include "stores/store.h"

namespace arkive::kafka {

/// What stands in the place of some neighbours.
struct MergedSegments {
  std::vector<ArchivedSegment> segments;  ///< ascending; merged ones, and those that stay as they are
  std::vector<Finding> damaged;           ///< sources that stay for that
  std::uint64_t merged = 0;               ///< of `segments`, those that were made
  std::uint64_t bytes = 0;                ///< of their files
};

/// Not thread-safe. Borrows what it is given. Holds some mebibytes, and one log entry.
class SegmentMerge {
 public:
  using Progress = std::function<void(std::uint64_t bytes)>;

  /// `on_progress`, may be empty: bytes of sources, as they are stored, that are dealt with.
  SegmentMerge(Store& store, const PartitionPlace& place, const ArchivedPartition& partition,
               Progress on_progress, Deadline deadline)
      : store_(store),
        place_(place),
        partition_(partition),
        on_progress_(std::move(on_progress)),
        deadline_(deadline) {}

  /// `sources`: neighbours in partition.segments, as plan_merges() puts them together. Batches go over as
  /// they are; frames of compressed segments, too. Each source is held against its list on the way: size,
  /// SHA-256, each batch's CRC, offsets, counts. One that does not fit stays as it is, and parts the others.
  /// Written are files that no manifest names; durable after Store::settle(). Errors: those of the store but
  /// for damage and absence of a source; kInterrupted.
  Result<MergedSegments> merge(std::span<const ArchivedSegment> sources);

 private:
  struct Attempt;
  Status merge_into(std::span<const ArchivedSegment> sources, MergedSegments& all);
  Result<std::unique_ptr<Attempt>> attempt(std::span<const ArchivedSegment> sources);
  Result<bool> take(const ArchivedSegment& source, Attempt& attempt);
  Status walk_over(const ArchivedSegment& source, StoredSegment& stored, Attempt& attempt);
  Status copy_frames(const ArchivedSegment& source, const StoredSegment& stored, Attempt& attempt);
  void join(const ArchivedSegment& source, ArchivedSegment& merged) const;
  std::string cause_between(std::int64_t first, std::int64_t next) const;
  Status finish(std::span<const ArchivedSegment> sources, Attempt& attempt);
  Status write_index(const ArchivedSegment& merged, SegmentFile file, Bytes content);

  Store& store_;
  const PartitionPlace place_;
  const ArchivedPartition& partition_;
  const Progress on_progress_;
  const Deadline deadline_;
  FrameCompressors no_compressors_;  // tells an output that it is compressed; nothing is compressed here
};

}  // namespace arkive::kafka
