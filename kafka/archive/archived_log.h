/// ArchivedLog: the records of one archived partition, over the bounds of its segments.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/archive/contents.h"
#include "kafka/archive/stored_segment.h"
#include "kafka/archive/transaction_fates.h"
#include "kafka/log/record_text.h"
#include "kafka/log/records.h"
#include "stores/core/deadline.h"
#include "stores/store.h"

namespace arkive::kafka {

/// `partition` as if `generation`, an older one, were its newest: what is known of it. What its end leaves
/// open is told from its batches, all of which are read. kNotFound naming those there are.
Result<ArchivedPartition> older_generation(const Store& store, std::string_view cluster,
                                           const ArchivedTopic& topic, const ArchivedPartition& partition,
                                           std::int32_t generation, Deadline deadline = Deadline::never());

/// Reads the newest generation. Not thread-safe. Borrows all it is given.
class ArchivedLog {
 public:
  ArchivedLog(const Store& store, std::string_view cluster, const ArchivedTopic& topic,
              const ArchivedPartition& partition, Deadline deadline = Deadline::never());

  /// Offsets [first_offset(), next_offset()) are what the archive has, but for the gaps it names. Equal:
  /// none.
  std::int64_t first_offset() const;
  std::int64_t next_offset() const;

  /// The first record at or after `time`, as Kafka's offsetsForTimes gives it (later ones may be older).
  Result<std::optional<std::int64_t>> offset_at(UnixMilliseconds time);

  /// The bytes of the batch (or older message) that holds `offset`, or of the next one; its CRC was checked.
  /// Nothing: none ends at or after it. kCorrupt and kNotFound name the object.
  Result<std::optional<std::string>> entry_at(std::int64_t offset);

  using VisitEntry = std::function<Result<Walk>(const LogEntry& entry, Fate fate)>;
  /// Shows each batch (or older message) that ends at or after `from` and begins before `until`, its CRC
  /// checked, valid during the call. Control batches are kCommitted. kCorrupt as below; a kCorrupt of `visit`
  /// itself gets the object and the byte put before.
  Status for_each_entry(std::int64_t from, std::int64_t until, const VisitEntry& visit);

  /// `record` and the texts in `place` are valid during the call. RecordPlace::aborted is Fate::kAborted.
  using Visit = std::function<Result<Walk>(const RecordPlace& place, const Record& record)>;
  /// Shows the records with offsets in [from, until), control records and those of aborted and open
  /// transactions too, each marked. kCorrupt: naming the object and the byte; all before it was shown.
  Status for_each_record(std::int64_t from, std::int64_t until, const Visit& visit);

 private:
  Result<StoredSegment> open(const ArchivedSegment& segment) const;

  const Store& store_;
  PartitionPlace place_;
  const ArchivedPartition& partition_;
  Deadline deadline_;
  std::vector<const ArchivedSegment*> segments_;  // of the newest generation, ascending
  RecordReader records_;
  TransactionFates fates_;
};

}  // namespace arkive::kafka
