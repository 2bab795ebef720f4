// LZ4 frames (lz4_Frame_format.md 1.6), block by block. Not by LZ4F_decompress: it refuses the header
// checksum of Kafka before 0.10, and here blocks are decompressed right to where they belong.
#include <lz4.h>

#include "kafka/log/output_buffer_internal.h"

namespace arkive::kafka {
namespace {

constexpr std::uint32_t kMagic = 0x184d2204;
constexpr std::size_t kHistory = 64 << 10;

std::uint32_t load_little_endian(const char* from) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(from[i]);
  return value;
}

struct Frame {
  bool linked = false;  ///< a block may refer to those before
  bool block_checksums = false;
  bool content_checksum = false;
  std::size_t block = 0;  ///< a block's most bytes, decompressed
};

const char* take_header(Bytes& from, Frame& frame) {
  if (from.size() < 7) return "it is cut short";
  if (load_little_endian(from.data()) != kMagic) return "it is no frame";
  const auto flags = static_cast<unsigned char>(from[4]);
  const auto sizes = static_cast<unsigned char>(from[5]);
  if (flags >> 6 != 1) return "its frame is of an unknown version";
  if ((flags & 0x01) != 0) return "its frame wants a dictionary";
  const int block = sizes >> 4 & 7;
  if (block < 4) return "its frame has an unknown block size";
  frame.linked = (flags & 0x20) == 0;
  frame.block_checksums = (flags & 0x10) != 0;
  frame.content_checksum = (flags & 0x04) != 0;
  frame.block = std::size_t{1} << (8 + 2 * block);
  const std::size_t header = 7 + ((flags & 0x08) != 0 ? 8 : 0);
  if (from.size() < header) return "it is cut short";
  from.remove_prefix(header);
  return nullptr;
}

/// Appends one block, whose bytes are `from`.
const char* append_block(Bytes from, const Frame& frame, bool stored, std::size_t frame_begin,
                         OutputBuffer& to) {
  if (stored) {
    if (from.size() > frame.block) return "a block is too large";
    if (!from.empty()) std::memcpy(to.room(from.size()), from.data(), from.size());
    to.took(from.size());
    return nullptr;
  }
  char* const target = to.room(frame.block);
  const std::size_t history = frame.linked ? std::min(kHistory, to.size() - frame_begin) : 0;
  const int size = LZ4_decompress_safe_usingDict(from.data(), target, static_cast<int>(from.size()),
                                                 static_cast<int>(frame.block), target - history,
                                                 static_cast<int>(history));
  if (size < 0) return "a block is damaged";
  to.took(static_cast<std::size_t>(size));
  return nullptr;
}

}  // namespace

const char* append_lz4(Bytes from, OutputBuffer& to) {
  do {
    Frame frame;
    if (const char* const wrong = take_header(from, frame)) return wrong;
    const std::size_t frame_begin = to.size();
    while (true) {
      if (from.size() < 4) return "it is cut short";
      const std::uint32_t word = load_little_endian(from.data());
      from.remove_prefix(4);
      if (word == 0) break;
      const std::size_t size = word & 0x7fffffff;
      const std::size_t sum = frame.block_checksums ? 4 : 0;
      if (from.size() < size + sum) return "it is cut short";
      const bool stored = (word & 0x80000000) != 0;
      if (const char* const wrong = append_block(from.substr(0, size), frame, stored, frame_begin, to))
        return wrong;
      if (to.overflows()) return nullptr;
      from.remove_prefix(size + sum);
    }
    const std::size_t sum = frame.content_checksum ? 4 : 0;
    if (from.size() < sum) return "it is cut short";
    from.remove_prefix(sum);
  } while (!from.empty());
  return nullptr;
}

}  // namespace arkive::kafka
