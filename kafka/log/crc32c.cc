#include "kafka/log/crc32c.h"

#include <isa-l/crc.h>

#include <algorithm>
#include <limits>

namespace arkive::kafka {

std::uint32_t crc32c(Bytes data, std::uint32_t before) {
  std::uint32_t crc = ~before;
  // The library counts bytes by an int, and takes a pointer to mutable bytes that it only reads.
  while (!data.empty()) {
    const std::size_t size = std::min<std::size_t>(data.size(), std::numeric_limits<int>::max());
    auto* const from = reinterpret_cast<unsigned char*>(const_cast<char*>(data.data()));
    crc = crc32_iscsi(from, static_cast<int>(size), crc);
    data.remove_prefix(size);
  }
  return ~crc;
}

std::uint32_t crc32(Bytes data, std::uint32_t before) {
  return crc32_gzip_refl(before, reinterpret_cast<const unsigned char*>(data.data()), data.size());
}

}  // namespace arkive::kafka
