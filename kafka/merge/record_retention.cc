#include "kafka/merge/record_retention.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <vector>

namespace arkive::kafka {
namespace {

bool is_older(const ArchivedSegment& segment, UnixMilliseconds limit) {
  return segment.max_timestamp >= 0 && segment.max_timestamp < limit;
}

bool compaction_took_something(const std::vector<OffsetGap>& gaps) {
  return std::any_of(gaps.begin(), gaps.end(),
                     [](const OffsetGap& gap) { return gap.cause.starts_with("compaction"); });
}

/// Where the log may begin at the latest, so that what is told of transactions behind `segment` is told
/// without what lies before. Nothing: it cannot be read.
Result<std::optional<std::int64_t>> latest_start(const Store& store, const PartitionPlace& place,
                                                 const ArchivedSegment& segment, Deadline deadline) {
  std::int64_t latest = std::numeric_limits<std::int64_t>::max();
  if (segment.aborted == 0) return std::optional(latest);
  ARKIVE_ASSIGN(const StoredSegment stored, StoredSegment::open(store, place, segment, deadline));
  ARKIVE_ASSIGN(const auto spans, stored.aborted());
  if (!spans) return std::optional<std::int64_t>();
  for (const AbortedSpan& span : *spans)
    latest = std::min({latest, span.first_offset, span.last_stable_offset});
  return std::optional(latest);
}

/// How many of the segments from `first` on go: the first that stays is the newest generation's.
Result<std::size_t> count_leading(const Store& store, const PartitionPlace& place,
                                  const ArchivedPartition& partition, std::size_t first,
                                  UnixMilliseconds limit, Deadline deadline) {
  const std::vector<ArchivedSegment>& segments = partition.segments;
  std::size_t end = first;
  while (end + 1 < segments.size() && is_older(segments[end], limit)) ++end;
  if (end == first) return std::size_t{0};
  std::int64_t latest = std::numeric_limits<std::int64_t>::max();
  for (const OpenTransaction& open : partition.open) latest = std::min(latest, open.first_offset);
  // From the back: what stays behind a segment decides whether the log may begin there.
  for (std::size_t i = segments.size(); i-- > end;) {
    ARKIVE_ASSIGN(const auto told, latest_start(store, place, segments[i], deadline));
    if (!told) return std::size_t{0};
    latest = std::min(latest, *told);
  }
  while (end > first && segments[end].base_offset > latest) {
    --end;
    ARKIVE_ASSIGN(const auto told, latest_start(store, place, segments[end], deadline));
    if (!told) return std::size_t{0};
    latest = std::min(latest, *told);
  }
  return end - first;
}

}  // namespace

bool may_leave_out_records(const ArchivedTopic& topic) {
  if (topic.internal || topic.name.starts_with("__")) return false;
  for (const ConfigEntry& config : topic.configs) {
    if (config.name == "cleanup.policy" && config.value && config.value->find("compact") != std::string::npos)
      return false;
  }
  return std::none_of(topic.partitions.begin(), topic.partitions.end(), [](const auto& partition) {
    return compaction_took_something(partition.gaps) ||
           std::any_of(partition.segments.begin(), partition.segments.end(),
                       [](const auto& segment) { return compaction_took_something(segment.gaps); });
  });
}

Result<LeftOut> leave_out_records(const Store& store, const PartitionPlace& place,
                                  ArchivedPartition& partition, UnixMilliseconds limit, Deadline deadline) {
  std::vector<ArchivedSegment>& segments = partition.segments;
  const auto newest = static_cast<std::size_t>(
      std::find_if(segments.begin(), segments.end(),
                   [&](const ArchivedSegment& one) { return one.generation == partition.generation; }) -
      segments.begin());
  std::size_t leading = 0;
  if (newest < segments.size()) {
    ARKIVE_ASSIGN(leading, count_leading(store, place, partition, newest, limit, deadline));
  }
  std::set<std::int32_t> stay;  // generations
  for (const ArchivedSegment& one : segments) {
    if (!is_older(one, limit) || one.generation == segments.back().generation) stay.insert(one.generation);
  }
  LeftOut left;
  std::vector<ArchivedSegment> kept;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const ArchivedSegment& one = segments[i];
    if (i < newest ? !stay.contains(one.generation) : i < newest + leading) {
      ++left.segments;
      left.bytes += one.stored_bytes();
    } else {
      kept.push_back(one);
    }
  }
  if (leading > 0) {
    const std::int64_t start = segments[newest + leading].base_offset;
    partition.log_start = std::max(partition.log_start, start);
    std::erase_if(partition.gaps, [&](const OffsetGap& gap) { return gap.next <= start; });
  }
  segments = std::move(kept);
  return left;
}

}  // namespace arkive::kafka
