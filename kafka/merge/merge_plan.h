/// Which neighbouring segments of a partition become one.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kafka/archive/contents.h"

namespace arkive::kafka {

struct MergeBounds {
  std::uint64_t segment_bytes = std::uint64_t{1} << 30;  ///< of a merged one at most; below 2 GiB
  std::uint64_t smaller_than = std::uint64_t{1} << 29;   ///< only segments below it are merged
  /// From the youngest record of the first of a group to that of the last: so that retention, which takes
  /// whole segments, finds some to take. 0: any time.
  std::chrono::milliseconds longest{0};
};

/// Neighbours in ArchivedPartition::segments.
struct MergeGroup {
  std::size_t first = 0;
  std::size_t count = 0;  ///< 2 or more
  bool operator==(const MergeGroup&) const = default;
};

/// Ascending. Of one group are segments of one generation and one form (.log, .log.zst), each smaller than
/// bounds.smaller_than, together no more than bounds.segment_bytes, over no more than bounds.longest, and no
/// more offsets than Kafka's index files can tell apart. Between them nothing is missing but what is missing
/// within segments too (compaction, what is no record): a hole that retention made stays between two
/// segments, and in older generations, of which causes are not kept, any hole.
///
/// So that a large segment is not written again for every small one that comes, the first of a group has at
/// most four times what follows it; what is dropped from a group for that waits until more has come.
std::vector<MergeGroup> plan_merges(const ArchivedPartition& partition, const MergeBounds& bounds);

}  // namespace arkive::kafka
