/// SegmentOutput: writes the file of a segment, as it is or compressed, and hashes it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kafka/archive/seek_table.h"
#include "stores/core/bytes.h"
#include "stores/core/hash.h"
#include "stores/core/result.h"
#include "stores/store.h"

namespace arkive::kafka {

/// Makes zstd frames, each with its size and checksum. Not thread-safe.
class FrameCompressor {
 public:
  static constexpr std::size_t kMostSize = 1 << 20;  ///< of what one frame holds

  FrameCompressor();
  ~FrameCompressor();
  FrameCompressor(const FrameCompressor&) = delete;
  FrameCompressor& operator=(const FrameCompressor&) = delete;

  /// Of kMostSize bytes at most. Valid until the next call. kFail: libzstd has no memory.
  Result<Bytes> compress(Bytes from);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// As many compressors as there are threads at work, however many segments are open. Thread-safe.
class FrameCompressors {
 public:
  std::unique_ptr<FrameCompressor> take();
  void give_back(std::unique_ptr<FrameCompressor> compressor);

 private:
  std::mutex mutex_;  // guards what is below
  std::vector<std::unique_ptr<FrameCompressor>> free_;
};

/// One segment. Holds no bytes from one write() to the next: a run can have thousands open. Not thread-safe.
class SegmentOutput {
 public:
  /// `compressors`, borrowed: zstd frames and their seek table are written; null: the bytes as they are.
  SegmentOutput(std::unique_ptr<ObjectWriter> object, FrameCompressors* compressors);

  /// Errors as ObjectWriter; after one the segment is given up.
  Status write(Bytes bytes);
  /// The frames of another compressed segment go behind those there are, as they are stored: its table, then
  /// by write_stored() the bytes of all its frames, piece by piece. Errors as ObjectWriter.
  void append_frames(const SeekTable& others);
  Status write_stored(Bytes bytes) { return put(bytes); }
  std::size_t frame_count() const { return frames_.frames().size(); }
  /// The file stands under its key. Errors as ObjectWriter.
  Status finish();
  /// It can take no more frames.
  bool is_full() const { return frames_.frames().size() >= SeekTable::kMostFrames / 2; }

  /// Of the file, once it is finished.
  std::uint64_t stored_bytes() const { return stored_bytes_; }
  const std::string& sha256() const { return sha256_; }
  bool is_compressed() const { return compressors_ != nullptr; }

 private:
  Status put(Bytes bytes);
  Status compress(FrameCompressor& compressor, Bytes bytes);

  std::unique_ptr<ObjectWriter> object_;
  FrameCompressors* compressors_;
  SeekTable frames_;
  Sha256Stream hash_;
  std::uint64_t stored_bytes_ = 0;
  std::string sha256_;
};

}  // namespace arkive::kafka
