/// The aborted transactions of neighbouring segments: what the .txnindex of all of them together holds.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "kafka/archive/contents.h"
#include "kafka/archive/stored_segment.h"
#include "kafka/log/aborted.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/store.h"

namespace arkive::kafka {

/// What the batches of the segments alone tell, in order.
class SeenAborts {
 public:
  /// kCorrupt as TransactionTracker.
  Status append(const LogEntry& entry);

 private:
  friend class AbortedSpans;
  TransactionTracker tracker_;
  std::vector<AbortedSpan> spans_;                           // as far as they began here
  std::set<std::pair<std::int64_t, std::int64_t>> markers_;  // of aborts: producer, offset
};

/// Tells them as a walk over the whole generation would: from the batches, where the segments are its first;
/// else from their .txnindex files, where these fit the batches; else from the generation's beginning.
class AbortedSpans {
 public:
  AbortedSpans(const Store& store, const PartitionPlace& place, const ArchivedPartition& partition,
               Deadline deadline)
      : store_(store), place_(place), partition_(partition), deadline_(deadline) {}

  /// `sources`: neighbours in partition.segments, all of whose entries `seen` was shown. kCorrupt, kNotFound:
  /// a segment before them had to be read, and cannot be.
  Result<std::vector<AbortedSpan>> of(std::span<const ArchivedSegment> sources, const SeenAborts& seen) const;

 private:
  using Indexed = std::optional<std::vector<AbortedSpan>>;
  Result<Indexed> as_indexed(std::span<const ArchivedSegment> sources) const;
  static bool fits(const std::vector<AbortedSpan>& indexed, const SeenAborts& seen, std::int64_t begin);
  Result<std::vector<AbortedSpan>> told_anew(std::span<const ArchivedSegment> sources) const;

  const Store& store_;
  const PartitionPlace place_;
  const ArchivedPartition& partition_;
  const Deadline deadline_;
};

}  // namespace arkive::kafka
