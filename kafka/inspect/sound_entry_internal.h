/// Where a log goes on behind damage.
#pragma once

#include <cstdint>

#include "kafka/inspect/segment_file_internal.h"

namespace arkive::kafka::inspecting {

/// Whether an entry whose CRC fits and whose offsets begin at `least_offset` or above begins at byte
/// `position`. Errors of reading.
Result<bool> is_sound_entry(SegmentFile& file, std::uint64_t position, std::int64_t least_offset);

/// Where the first such entry at or behind byte `from` begins; the size of the file: there is none. Looks at
/// every byte, but gives up where far too much looks like an entry and is none. Errors of reading,
/// kInterrupted.
Result<std::uint64_t> find_sound_entry(SegmentFile& file, std::uint64_t from, std::int64_t least_offset);

}  // namespace arkive::kafka::inspecting
