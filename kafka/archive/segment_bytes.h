/// SegmentBytes: any bytes of an archived segment, whether its file is compressed or not.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "kafka/archive/contents.h"
#include "kafka/archive/seek_table.h"
#include "stores/core/bytes.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/object_bytes.h"
#include "stores/store.h"

namespace arkive::kafka {

/// Not thread-safe. Of a compressed one, keeps the frame that was read last (SeekTable::kMostSize at most).
/// Who walks over it is read ahead for, as ObjectBytes says.
class SegmentBytes {
 public:
  /// `key` is that of its file; `store` is borrowed. Errors name the object. kNotFound: it is not there;
  /// kCorrupt: it has another size than its list says, or its seek table does not fit.
  static Result<SegmentBytes> open(const Store& store, std::string key, const ArchivedSegment& facts,
                                   Deadline deadline);
  ~SegmentBytes();
  SegmentBytes(SegmentBytes&&) noexcept;
  SegmentBytes& operator=(SegmentBytes&&) noexcept;

  /// `size` bytes from byte `offset` of the segment on, valid until the next call; those before a damaged
  /// frame when some are. kCorrupt: the segment does not reach so far, or the first frame is damaged; names
  /// the byte in the file and in the segment.
  Result<Bytes> read(std::uint64_t offset, std::size_t size);

  /// As read(); the bytes are the caller's.
  Result<std::string> take(std::uint64_t offset, std::size_t size);

  const std::string& key() const { return stored_.key(); }
  /// Of a compressed one; null for another.
  const SeekTable* frames() const;

 private:
  struct Frames;
  SegmentBytes(ObjectBytes stored, std::uint64_t bytes);
  Status open_frames(const Store& store, std::uint64_t stored_bytes, Deadline deadline);
  Result<Bytes> frame(const SeekTable::Frame& frame);

  ObjectBytes stored_;  // its file
  std::uint64_t bytes_;
  std::unique_ptr<Frames> frames_;  // null: not compressed
  std::string piece_;
};

}  // namespace arkive::kafka
