/// TransactionTracker: which transactions are open in one partition, and which were aborted, told from its
/// log entries in order. As Kafka's ProducerStateManager does for the .txnindex.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kafka/log/batch.h"
#include "kafka/log/records.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// An aborted transaction: the records of `producer_id` from `first_offset` to `last_offset` (its marker's)
/// that are transactional and no control records.
struct AbortedSpan {
  std::int64_t producer_id = 0;
  std::int64_t first_offset = 0;
  std::int64_t last_offset = 0;
  /// Below it all was decided once the marker was there: where the first transaction that another producer
  /// had open then begins, or the offset after the marker.
  std::int64_t last_stable_offset = 0;
  bool operator==(const AbortedSpan&) const = default;
};

struct OpenTransaction {
  std::int64_t producer_id = 0;
  std::int64_t first_offset = 0;
  std::int16_t producer_epoch = -1;  ///< of its first batch
  bool operator==(const OpenTransaction&) const = default;
};

/// The marker in control batch `entry`. Nothing when compaction has emptied the batch. kCorrupt when it holds
/// no such record; kUsage when `entry` is no control batch.
Result<std::optional<ControlMarker>> control_marker(const LogEntry& entry);

/// Not thread-safe. What is open may be saved and given to another tracker, which goes on with the next.
class TransactionTracker {
 public:
  /// Begins with what `open()` of an earlier tracker gave.
  explicit TransactionTracker(std::vector<OpenTransaction> open = {}) : open_(std::move(open)) {}

  /// The next entry. Gives the aborted transaction when it holds an abort marker of one that has records
  /// here. A marker without (the records were compacted away, or lie before the archive) aborts nothing.
  /// kCorrupt as control_marker().
  Result<std::optional<AbortedSpan>> append(const LogEntry& entry);

  /// Ascending by first offset.
  const std::vector<OpenTransaction>& open() const { return open_; }
  /// The last stable offset, when `next_offset` comes after the entry appended last.
  std::int64_t last_stable_offset(std::int64_t next_offset) const {
    return open_.empty() ? next_offset : open_.front().first_offset;
  }

 private:
  std::vector<OpenTransaction> open_;
};

}  // namespace arkive::kafka
