/// TransactionFates: what became of the transactions in one archived partition.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "kafka/archive/contents.h"
#include "kafka/archive/stored_segment.h"
#include "kafka/log/batch.h"
#include "stores/core/deadline.h"
#include "stores/store.h"

namespace arkive::kafka {

/// What became of the transaction that a record belongs to.
enum class Fate : std::uint8_t { kCommitted, kAborted, kOpen };

/// Borrows all it is given. Not thread-safe.
class TransactionFates {
 public:
  TransactionFates(const Store& store, const PartitionPlace& place, const ArchivedPartition& partition,
                   Deadline deadline)
      : store_(store), place_(place), partition_(partition), deadline_(deadline) {}

  /// Reads which were aborted in the newest generation, as far as it concerns offsets from `from` on: from
  /// the .txnindex files, or, with a warning, from the log where one is not as it should be.
  Status load(std::int64_t from);
  /// Of the records of `entry`, whose offset is in what was loaded.
  Fate of(const LogEntry& entry) const;

 private:
  // The aborted spans of one producer by their last offsets: they never overlap.
  using Spans = std::map<std::int64_t, std::map<std::int64_t, std::int64_t>>;

  Status find_in_log();
  void remember(const AbortedSpan& span) { aborted_[span.producer_id][span.last_offset] = span.first_offset; }

  const Store& store_;
  PartitionPlace place_;
  const ArchivedPartition& partition_;
  Deadline deadline_;
  Spans aborted_;
};

}  // namespace arkive::kafka
