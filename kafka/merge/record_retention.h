/// Leaving old records out of a run, as Kafka's own retention does: whole segments from the beginning of a
/// partition.
#pragma once

#include <cstdint>

#include "kafka/archive/contents.h"
#include "kafka/archive/stored_segment.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/core/time.h"
#include "stores/store.h"

namespace arkive::kafka {

/// Whether records of `topic` may be left out for their age: not of a compacted topic, in which the last
/// record of a key counts however old it is, nor of Kafka's own topics. Compacted is a topic whose settings
/// say so, or of which compaction took something (a default of the brokers is in no archive).
bool may_leave_out_records(const ArchivedTopic& topic);

struct LeftOut {
  std::uint64_t segments = 0;
  std::uint64_t bytes = 0;  ///< of their files
};

/// Leaves out of `partition` the leading segments of the newest generation, and the older generations as a
/// whole, all of whose records are older than `limit`. What stays: the last segment, a segment whose
/// timestamps are not known and all behind it, and what a transaction began in that was open where the rest
/// begins and is still open or was aborted there (else the rest by itself would tell of it otherwise).
/// log_start becomes the first offset that is left; gaps before it go. Errors: those of the store; kCorrupt
/// and kNotFound: which transactions were aborted cannot be told. `partition` is as it was then.
Result<LeftOut> leave_out_records(const Store& store, const PartitionPlace& place,
                                  ArchivedPartition& partition, UnixMilliseconds limit, Deadline deadline);

}  // namespace arkive::kafka
