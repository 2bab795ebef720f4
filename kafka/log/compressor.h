/// Compressor: what producers do to the records of a batch. The other way of codec.h, in forms that every
/// Kafka reads: gzip one member; snappy one raw block; lz4 one frame of independent blocks of 64 KiB (Java's
/// reader takes no linked ones); zstd one frame with its size.
#pragma once

#include <memory>
#include <string>

#include "kafka/log/batch.h"
#include "stores/core/bytes.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// Keeps its memory and contexts from one call to the next. Not thread-safe; empty before its first use.
/// Levels are the libraries' own defaults, as producers take them.
class Compressor {
 public:
  Compressor();
  ~Compressor();
  Compressor(Compressor&&) noexcept;
  Compressor& operator=(Compressor&&) noexcept;

  /// The bytes, valid until the next call; for kNone `from` itself. kFail: the library's own words, or a
  /// codec that nobody knows.
  Result<Bytes> compress(Codec codec, Bytes from);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace arkive::kafka
