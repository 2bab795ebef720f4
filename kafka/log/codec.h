/// Decompressor: what producers do to the records of a batch, undone.
///   gzip    RFC 1952, one member or several
///   snappy  one raw block; or framed as xerial's snappy-java does: 82 "SNAPPY" 00 | version i32 |
///           compatible i32 | blocks: length i32 | a raw block (Kafka's own clients)
///   lz4     LZ4 frames; their header checksum, which Kafka before 0.10 computed wrongly, and their other
///           checksums are not looked at: the batch's CRC covers them
///   zstd    RFC 8878 frames, with or without their size, windows up to 128 MiB (what Kafka reads)
#pragma once

#include <cstdint>
#include <memory>

#include "kafka/log/batch.h"
#include "stores/core/bytes.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// What a batch may hold decompressed unless the caller says otherwise. Brokers take batches of some 100 MB
/// at most, and only when told to.
inline constexpr std::uint64_t kMostDecompressed = 256ULL << 20;

/// Keeps its memory and contexts from one call to the next. Not thread-safe; empty before its first use.
class Decompressor {
 public:
  Decompressor();
  ~Decompressor();
  Decompressor(Decompressor&&) noexcept;
  Decompressor& operator=(Decompressor&&) noexcept;

  /// The bytes, valid until the next call; for kNone `from` itself. kFull: more than `most` bytes; kCorrupt:
  /// not of that format, damaged, cut short, followed by something else, or a codec that nobody knows.
  Result<Bytes> decompress(Codec codec, Bytes from, std::uint64_t most = kMostDecompressed);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace arkive::kafka
