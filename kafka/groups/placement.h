/// Where a committed offset goes: by the map of a replay, or as it was. Pure: nothing is asked or written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kafka/groups/archived_bounds.h"
#include "kafka/log_source.h"
#include "kafka/replay/offset_map.h"

namespace arkive::kafka {

enum class OffsetKind : std::uint8_t {
  kAsItWas,  ///< the same offset: the target's log has the archive's offsets
  kExact,    ///< at the record that it would have read next
  kNext,     ///< that record is not there (compacted, aborted, a transaction marker): at the next one
  kAtEnd,    ///< it had read all: at the end of what was replayed
  kBefore,   ///< below what there is: at the first
  kBeyond,   ///< above what was archived or replayed: at the end of that
  kLeftOut   ///< it cannot be told where: nothing is committed
};
/// "as it was", "exact", "next", "end", "before", "beyond", "left out".
std::string_view offset_kind_name(OffsetKind kind);

struct Place {
  OffsetKind kind = OffsetKind::kLeftOut;
  TopicPartition partition;
  std::int64_t offset = -1;
  std::string note;  ///< why it is not simply where it was; empty with kAsItWas, kExact, kNext, kAtEnd
};

/// By `map`. `bounds`: of the partition in the archive the offset comes from; null: it holds none of it.
/// kLeftOut: not replayed, not replayed that far yet, spread by key, or another topic of that name.
Place place_by_map(const OffsetMap& map, const ArchivedBounds* bounds, const CommittedOffset& committed);

/// For a target whose logs have the archive's offsets. Never beyond what was archived: what is written after
/// that would not be read. kLeftOut: not in the archive.
Place place_as_it_was(const ArchivedBounds* bounds, const CommittedOffset& committed);

/// `place` against the log that is there: below its begin it goes there, above its end it is left out.
/// `log`: null: the target has no such partition.
Place within_log(Place place, const PartitionOffsets* log);

}  // namespace arkive::kafka
