/// SeekTable: where the frames of a compressed segment lie, as it stands at the end of a .log.zst file.
///
/// Format: zstd's contrib/seekable_format/zstd_seekable_compression_format.md, version 0.1.0; all numbers
/// little-endian. A skippable frame, which `zstd -d` passes over:
///   magic u32 = 0x184D2A5E | size u32 of what follows
///   for each frame: its size in the file u32 | of what it holds u32 | with bit 7 below: checksum u32, not
///   read number of frames u32 | descriptor u8: bit 7 checksums, bits 2 to 6 must be 0 | magic u32 =
///   0x8F92EAB1
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "stores/core/bytes.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// Plain values. A parsed table is as long as its frames are many, kMostFrames at most.
class SeekTable {
 public:
  struct Frame {
    std::uint64_t stored_at = 0;  ///< its first byte in the file
    std::uint64_t at = 0;         ///< the first byte of the segment that it holds
    std::uint32_t stored_size = 0;
    std::uint32_t size = 0;
    bool operator==(const Frame&) const = default;
  };
  static constexpr std::size_t kFooter = 9;  ///< bytes
  static constexpr std::uint32_t kMostFrames = 1U << 17;
  static constexpr std::uint32_t kMostSize = 8U << 20;  ///< of what one frame holds

  /// Behind the last one.
  void add(std::uint32_t stored_size, std::uint32_t size);
  std::string encode() const;

  /// How long the table is whose last kFooter bytes are `footer`. kCorrupt: it is none, or has too many
  /// frames.
  static Result<std::uint64_t> size_from_footer(Bytes footer);
  /// `table`: all of it. Its frames fill the file of `stored_bytes` up to the table, and hold `bytes`
  /// together, none of them nothing or more than kMostSize; otherwise kCorrupt.
  static Result<SeekTable> parse(Bytes table, std::uint64_t stored_bytes, std::uint64_t bytes);

  const std::vector<Frame>& frames() const { return frames_; }
  /// The frame that holds byte `position` of the segment, which has that byte.
  const Frame& frame_at(std::uint64_t position) const;

 private:
  std::vector<Frame> frames_;
};

}  // namespace arkive::kafka
