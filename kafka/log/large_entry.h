/// Entries too large to be read whole on the word of their own length, which no checksum covers: a damaged
/// one would fill the memory with as much as its segment has.
#pragma once

#include <cstdint>

#include "kafka/log/segment_reader.h"
#include "stores/core/bytes.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// The length of a larger entry is proven by check_large_entry() before the entry is read whole.
inline constexpr std::uint64_t kLargeEntry = 16 << 20;

/// How many bytes the entry at the start of `from` (12 bytes or more) has by its own word; 0 when negative.
std::uint64_t told_size(Bytes from);

/// Reads the entry of `size` bytes (kBatchHeader or more) at byte `position` a mebibyte at a time. kCorrupt
/// when its CRC is not that of these bytes: the length is damaged, or what stands in the entry. Errors of
/// `read`.
Status check_large_entry(const ReadBytes& read, std::uint64_t position, std::uint64_t size);

}  // namespace arkive::kafka
