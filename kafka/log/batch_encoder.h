/// BatchEncoder: writes records as record batches of magic 2, for readers that get records and not batches.
///
/// Layout: batch.h and record_bytes_internal.h. The batches are uncompressed, without producer id, epoch,
/// sequence and leader epoch (all -1), neither transactional nor control batches.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "kafka/log/records.h"
#include "stores/core/bytes.h"
#include "stores/core/time.h"

namespace arkive::kafka {

/// What is encoded; all is the caller's.
struct RecordToEncode {
  std::int64_t offset = 0;
  UnixMilliseconds timestamp = kNoTimestamp;
  bool log_append_time = false;  ///< the broker set the timestamp
  std::optional<Bytes> key;      ///< nothing: null, which is not empty
  std::optional<Bytes> value;
  std::span<const Header> headers;
};

/// Appends to a text of its own. Not thread-safe.
class BatchEncoder {
 public:
  /// A batch of about so many bytes is closed and the next one begun: an index can lead to it.
  static constexpr std::size_t kBatchBytes = 64 << 10;

  explicit BatchEncoder(std::size_t batch_bytes = kBatchBytes) : batch_bytes_(batch_bytes) {}

  /// Offsets must ascend. A new batch begins where one is full, where offsets are missing (so that what is
  /// between two batches is exactly what was not given), and where timestamps are of another kind.
  void append(const RecordToEncode& record);
  /// All that was appended, as whole batches; valid until the next append() or clear().
  Bytes batches();
  /// Of what batches() would give, about.
  std::size_t size() const { return bytes_.size(); }
  void clear();

 private:
  bool fits(const RecordToEncode& record) const;
  void begin(const RecordToEncode& record);
  void finish();

  std::size_t batch_bytes_;
  std::string bytes_;
  std::string record_;  // one at a time; its memory is kept
  bool open_ = false;
  std::size_t begin_ = 0;  // of the open batch, in bytes_
  std::int64_t first_offset_ = 0;
  std::int64_t next_offset_ = 0;
  UnixMilliseconds base_timestamp_ = kNoTimestamp;
  UnixMilliseconds max_timestamp_ = kNoTimestamp;
  bool log_append_time_ = false;
  std::int32_t count_ = 0;
};

}  // namespace arkive::kafka
