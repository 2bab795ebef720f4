#include "kafka/groups/archived_bounds.h"

#include <set>

#include "kafka/archive/runs.h"

namespace arkive::kafka {

Result<AllBounds> read_bounds(const Store& store, const ArchiveIndex& index,
                              std::span<const GroupFacts> groups, Deadline deadline) {
  std::set<std::string> topics;
  for (const GroupFacts& group : groups) {
    for (const CommittedOffset& committed : group.offsets) topics.insert(committed.partition.topic);
  }
  AllBounds bounds;
  for (const std::string& name : topics) {
    const ArchiveIndex::Topic* const listed = index.find(name);
    // Without a list: made anew, and no run has finished it.
    if (listed == nullptr || listed->list.empty()) continue;
    ARKIVE_ASSIGN(const ArchivedTopic topic, read_topic(store, *listed, deadline));
    for (const ArchivedPartition& partition : topic.partitions) {
      ArchivedBounds& one = bounds[{name, partition.partition}];
      one.topic_id = topic.id.text();
      one.first = one.next = partition.next_offset;
      for (const ArchivedSegment& segment : partition.segments) {
        if (segment.generation != partition.generation) continue;
        one.first = segment.base_offset;
        break;
      }
    }
  }
  return bounds;
}

}  // namespace arkive::kafka
