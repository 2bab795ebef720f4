/// BatchMaker: records into batches of our own, for what cannot go as it stands in the archive.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "kafka/log/batch_encoder.h"
#include "kafka/log/compressor.h"
#include "kafka/log/records.h"
#include "kafka/replay/outgoing_batch.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// Not thread-safe.
class BatchMaker {
 public:
  /// Batches get no larger than `good_bytes` where their records allow it, and never than `most_bytes`.
  BatchMaker(std::int32_t good_bytes, std::int32_t most_bytes) : good_(good_bytes), most_(most_bytes) {}

  /// Behind the records before it. `record` is copied.
  void add(const Record& record);
  /// Bytes of what was added and is not taken, about.
  std::size_t size() const { return encoder_.size(); }
  bool empty() const { return sources_.empty(); }
  /// What was added, as batches compressed with `codec`, at the end of `to`; their `left` and `number` are
  /// the caller's to set. Records whose batch is above `most_bytes` alone are left out and counted.
  Status take(Codec codec, bool with_runs, std::deque<OutgoingBatch>& to, std::int64_t& too_large);

 private:
  Status take_one(Bytes batch, std::span<const std::int64_t> sources, Codec codec, bool with_runs,
                  std::deque<OutgoingBatch>& to, std::int64_t& too_large);

  std::int32_t good_;
  std::int32_t most_;
  BatchEncoder encoder_{SIZE_MAX};
  Compressor compressor_;
  std::vector<std::int64_t> sources_;  // the offset of each record in the source
  std::vector<Header> headers_;
};

}  // namespace arkive::kafka
