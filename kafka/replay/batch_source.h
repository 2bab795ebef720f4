/// BatchSource: what of the archive is replayed, as batches for the target, in an order that follows from the
/// archive and the plan alone.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>

#include "kafka/archive/contents.h"
#include "kafka/replay/archive_entries.h"
#include "kafka/replay/batch_maker.h"
#include "kafka/replay/outgoing_batch.h"
#include "kafka/replay/replay_plan.h"
#include "stores/core/result.h"
#include "stores/store.h"

namespace arkive::kafka {

/// A batch and the partition of the target it is for.
struct MadeBatch {
  std::int32_t target_partition = 0;
  OutgoingBatch batch;
};

/// Not thread-safe.
class BatchSource {
 public:
  virtual ~BatchSource() = default;
  /// false: there is no more. kCorrupt, kNotFound: naming the object and the byte; all before it was given.
  virtual Result<bool> next(MadeBatch& into) = 0;
  /// What was left out so far.
  virtual const LeftOut& left() const = 0;
  /// Bytes of the archive's log that were read so far, and offsets.
  virtual std::int64_t source_offsets() const = 0;
};

/// What a source is made from; all is borrowed.
struct SourceWant {
  const Store* store = nullptr;
  std::string_view cluster;
  const ArchivedTopic* topic = nullptr;
  const PlannedTopic* plan = nullptr;
  std::optional<UnixMilliseconds> until;
};

/// Bytes that a batch which is made anew is to have at most: of Kafka's own default, and of what the archived
/// topic and the target's take, the least.
std::int32_t good_batch_bytes(const SourceWant& want);

/// One partition that keeps its number, from source offset `from` on; `left` was left out before.
Result<std::unique_ptr<BatchSource>> open_partition_source(const SourceWant& want,
                                                           const PlannedPartition& partition,
                                                           std::int64_t from, const LeftOut& left);

/// All partitions of a topic, one behind the other, spread by key.
Result<std::unique_ptr<BatchSource>> open_keyed_source(const SourceWant& want);

}  // namespace arkive::kafka
