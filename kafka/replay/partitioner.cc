#include "kafka/replay/partitioner.h"

namespace arkive::kafka {

std::uint32_t murmur2(Bytes data) {
  constexpr std::uint32_t kMultiplier = 0x5bd1e995;
  constexpr int kShift = 24;
  std::uint32_t hash = 0x9747b28cU ^ static_cast<std::uint32_t>(data.size());
  const auto byte = [&](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(data[at]));
  };
  while (data.size() >= 4) {
    std::uint32_t word = byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;
    word *= kMultiplier;
    word ^= word >> kShift;
    word *= kMultiplier;
    hash *= kMultiplier;
    hash ^= word;
    data.remove_prefix(4);
  }
  if (data.size() == 3) hash ^= byte(2) << 16;
  if (data.size() >= 2) hash ^= byte(1) << 8;
  if (!data.empty()) {
    hash ^= byte(0);
    hash *= kMultiplier;
  }
  hash ^= hash >> 13;
  hash *= kMultiplier;
  return hash ^ (hash >> 15);
}

std::int32_t partition_for_key(Bytes key, std::int32_t partitions) {
  return static_cast<std::int32_t>((murmur2(key) & 0x7fffffffU) % static_cast<std::uint32_t>(partitions));
}

}  // namespace arkive::kafka
