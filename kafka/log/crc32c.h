/// CRC-32C, the checksum of Kafka's record batches (magic 2).
#pragma once

#include <cstdint>

#include "stores/core/bytes.h"

namespace arkive::kafka {

/// CRC-32C (Castagnoli, RFC 3720) of `data`: 0xe3069283 for "123456789". About 10 GB/s.
std::uint32_t crc32c(Bytes data);

/// CRC-32 (IEEE 802.3, as zlib and Java's CRC32), the checksum of Kafka's older messages (magic 0 and 1):
/// 0xcbf43926 for "123456789".
std::uint32_t crc32(Bytes data);

}  // namespace arkive::kafka
