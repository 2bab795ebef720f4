/// Single batches of a live cluster, asked for by offset, many partitions in one answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kafka/log/batch.h"
#include "kafka/log_source.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::kafka {

struct BatchWant {
  TopicPartition partition;
  TopicId topic_id;
  std::int32_t leader = -1;
  std::int64_t offset = 0;
  std::size_t size = 0;  ///< of the batch, as far as known: so much room an answer gets
};

struct LiveBatch {
  enum class State : std::uint8_t {
    kThere,
    kBelowLogStart,
    kBeyondEnd,
    kNoAnswer  ///< the topic is gone, no rights, or nothing came for all the patience; see `error`
  };
  State state = State::kNoAnswer;
  LogEntry entry;  ///< kThere: the first one that ends at or after the offset asked for; its CRC is unchecked
  std::string error;
};

/// Fills in `want`, just before it is asked for. False: it need not be asked for.
using PrepareWant = std::function<Result<bool>(std::size_t index, BatchWant& want)>;
/// What `index` got; valid during the call.
using TakeBatch = std::function<void(std::size_t index, const LiveBatch& batch)>;

/// Asks for each of `wants`, those first that come first. Leaders that moved are followed until nothing at
/// all has come for `patience`. Errors: those of `prepare`; kInterrupted; kRetry (deadline).
Status ask_live_batches(LogSource& source, std::vector<BatchWant> wants, std::chrono::milliseconds patience,
                        Deadline deadline, const PrepareWant& prepare, const TakeBatch& take);

}  // namespace arkive::kafka
