#include <snappy.h>

#include "kafka/log/output_buffer_internal.h"

namespace arkive::kafka {
namespace {

constexpr Bytes kXerial("\x82SNAPPY\0", 8);
constexpr std::size_t kXerialHeader = 16;
/// A raw block says how large it becomes. No block grows more: its densest element is 64 bytes for 3.
constexpr std::size_t kMostGrowth = 22;

const char* append_raw(Bytes from, OutputBuffer& to) {
  std::size_t size = 0;
  if (!snappy::GetUncompressedLength(from.data(), from.size(), &size)) return "its length is none";
  if (size / kMostGrowth > from.size()) return "its length is more than it can hold";
  if (size > to.left()) {
    to.took(static_cast<std::size_t>(to.left()) + 1);
    return nullptr;
  }
  if (!snappy::RawUncompress(from.data(), from.size(), to.room(size))) return "a block is damaged";
  to.took(size);
  return nullptr;
}

}  // namespace

const char* append_snappy(Bytes from, OutputBuffer& to) {
  if (from.size() < kXerialHeader || !from.starts_with(kXerial)) return append_raw(from, to);
  from.remove_prefix(kXerialHeader);
  while (!from.empty()) {
    // Streams that were put one behind another each have their header.
    if (from.size() >= kXerialHeader && from.starts_with(kXerial)) {
      from.remove_prefix(kXerialHeader);
      continue;
    }
    if (from.size() < 4) return "it is cut short";
    const auto size = load_big_endian<std::int32_t>(from.data());
    from.remove_prefix(4);
    if (size < 0 || static_cast<std::size_t>(size) > from.size()) return "a block reaches beyond its end";
    if (const char* const wrong = append_raw(from.substr(0, static_cast<std::size_t>(size)), to))
      return wrong;
    if (to.overflows()) return nullptr;
    from.remove_prefix(static_cast<std::size_t>(size));
  }
  return nullptr;
}

}  // namespace arkive::kafka
