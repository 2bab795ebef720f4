/// What a producer's batches in a partition of the target say: how many records of a replay stand there, and
/// where, whatever the journal has missed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "kafka/log_source.h"
#include "kafka/log_target.h"
#include "kafka/replay/journal.h"
#include "kafka/replay/leaders.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::kafka {

struct FoundBatch {
  std::int64_t number = 0;  ///< of its first record
  std::int32_t records = 0;
  std::int64_t offset = 0;  ///< of its first record, in the target
};

struct TargetLook {
  std::vector<FoundBatch> found;  ///< ascending, without holes
};

/// What is looked for.
struct LookWant {
  TopicPartition partition;
  std::int64_t from_offset = 0;  ///< behind the last record that is known
  std::int64_t from_number = 0;  ///< of the record that comes next
  ProducerIdentity producer;
  std::int64_t producer_from = 0;
};

using Fetchers = std::map<std::int32_t, std::unique_ptr<LogFetcher>>;

/// Reads the headers of the batches from `from_offset` to the high watermark. Goes through leader moves until
/// `deadline`. kRetry, kNotFound, kDenied; kCorrupt: the log holds batches of this producer that are not the
/// next ones; kConflict: the log ends before `from_offset`, or begins behind it.
Result<TargetLook> look_at_target(LogSource& source, Leaders& leaders, Fetchers& fetchers,
                                  const LookWant& want, Deadline deadline);

}  // namespace arkive::kafka
