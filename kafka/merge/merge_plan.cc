#include "kafka/merge/merge_plan.h"

#include <algorithm>
#include <cstdlib>

namespace arkive::kafka {
namespace {

// Of an offset behind the base offset in Kafka's index files: an int32.
constexpr std::int64_t kMostOffsets = INT32_MAX;
constexpr std::uint64_t kMostOfTheFirst = 4;

/// One partition.
class Planner {
 public:
  Planner(const ArchivedPartition& partition, const MergeBounds& bounds)
      : partition_(partition), segments_(partition.segments), bounds_(bounds) {}

  std::vector<MergeGroup> plan() {
    for (std::size_t i = 0; i < segments_.size(); ++i) {
      if (group_.count > 0 && !joins(i)) close();
      if (segments_[i].bytes >= bounds_.smaller_than) continue;
      if (group_.count == 0) group_.first = i;
      ++group_.count;
      bytes_ += segments_[i].bytes;
    }
    close();
    return std::move(groups_);
  }

 private:
  bool joins(std::size_t i) const {
    const ArchivedSegment& before = segments_[i - 1];
    const ArchivedSegment& next = segments_[i];
    return next.bytes < bounds_.smaller_than && next.generation == before.generation &&
           next.is_compressed() == before.is_compressed() && next.base_offset >= before.next_offset &&
           bytes_ + next.bytes <= bounds_.segment_bytes &&
           next.next_offset - segments_[group_.first].base_offset <= kMostOffsets &&
           is_near_in_time(segments_[group_.first], next) && may_close_hole(before, next);
  }

  bool is_near_in_time(const ArchivedSegment& first, const ArchivedSegment& next) const {
    if (bounds_.longest.count() == 0 || first.max_timestamp < 0 || next.max_timestamp < 0) return true;
    return std::abs(next.max_timestamp - first.max_timestamp) <= bounds_.longest.count();
  }

  bool may_close_hole(const ArchivedSegment& before, const ArchivedSegment& next) const {
    if (next.base_offset == before.next_offset) return true;
    if (next.generation != partition_.generation) return false;
    // Where a compressed message of magic 0 or 1 begins stands nowhere outside of it: within a segment nobody
    // could tell the hole before it.
    if (next.records < 0) return false;
    return std::none_of(partition_.gaps.begin(), partition_.gaps.end(), [&](const OffsetGap& gap) {
      return gap.first < next.base_offset && gap.next > before.next_offset &&
             gap.cause.starts_with(OffsetGap::kRemoved);
    });
  }

  void close() {
    while (group_.count > 1 &&
           segments_[group_.first].bytes > kMostOfTheFirst * (bytes_ - segments_[group_.first].bytes)) {
      bytes_ -= segments_[group_.first].bytes;
      ++group_.first;
      --group_.count;
    }
    if (group_.count > 1) groups_.push_back(group_);
    group_ = {};
    bytes_ = 0;
  }

  const ArchivedPartition& partition_;
  const std::vector<ArchivedSegment>& segments_;
  const MergeBounds& bounds_;
  MergeGroup group_;         // being gathered
  std::uint64_t bytes_ = 0;  // of it
  std::vector<MergeGroup> groups_;
};

}  // namespace

std::vector<MergeGroup> plan_merges(const ArchivedPartition& partition, const MergeBounds& bounds) {
  return Planner(partition, bounds).plan();
}

}  // namespace arkive::kafka
