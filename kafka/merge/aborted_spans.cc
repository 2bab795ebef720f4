#include "kafka/merge/aborted_spans.h"

#include <algorithm>

#include "stores/core/log.h"

namespace arkive::kafka {
namespace {

bool has_same_marker(const AbortedSpan& a, const AbortedSpan& b) {
  return a.producer_id == b.producer_id && a.last_offset == b.last_offset;
}

}  // namespace

Status SeenAborts::append(const LogEntry& entry) {
  ARKIVE_ASSIGN(const std::optional<AbortedSpan> span, tracker_.append(entry));
  if (span) spans_.push_back(*span);
  if (!entry.control) return ok();
  ARKIVE_ASSIGN(const std::optional<ControlMarker> marker, control_marker(entry));
  if (marker && marker->kind == ControlMarker::Kind::kAbort)
    markers_.emplace(entry.producer_id, entry.last_offset);
  return ok();
}

Result<std::vector<AbortedSpan>> AbortedSpans::of(std::span<const ArchivedSegment> sources,
                                                  const SeenAborts& seen) const {
  const auto first = std::find_if(
      partition_.segments.begin(), partition_.segments.end(),
      [&](const ArchivedSegment& segment) { return segment.generation == sources.front().generation; });
  if (first->base_offset == sources.front().base_offset) return seen.spans_;
  const bool any = !seen.markers_.empty() ||
                   std::any_of(sources.begin(), sources.end(),
                               [](const ArchivedSegment& segment) { return segment.aborted > 0; });
  if (!any) return std::vector<AbortedSpan>();
  ARKIVE_ASSIGN(Indexed indexed, as_indexed(sources));
  if (indexed && fits(*indexed, seen, sources.front().base_offset)) return std::move(*indexed);
  log_warning("which transactions of partition " +
              TopicPartition{place_.topic->name, place_.partition}.text() +
              " were aborted is told from the log itself");
  return told_anew(sources);
}

Result<AbortedSpans::Indexed> AbortedSpans::as_indexed(std::span<const ArchivedSegment> sources) const {
  std::vector<AbortedSpan> all;
  for (const ArchivedSegment& source : sources) {
    if (source.aborted == 0) continue;
    ARKIVE_ASSIGN(const StoredSegment segment, StoredSegment::open(store_, place_, source, deadline_));
    ARKIVE_ASSIGN(const auto spans, segment.aborted());
    if (!spans) return Indexed();
    all.insert(all.end(), spans->begin(), spans->end());
  }
  return Indexed(std::move(all));
}

bool AbortedSpans::fits(const std::vector<AbortedSpan>& indexed, const SeenAborts& seen, std::int64_t begin) {
  const auto in = [](const std::vector<AbortedSpan>& spans, const AbortedSpan& wanted) {
    return std::find_if(spans.begin(), spans.end(),
                        [&](const AbortedSpan& one) { return has_same_marker(one, wanted); });
  };
  const bool all_there = std::all_of(indexed.begin(), indexed.end(), [&](const AbortedSpan& span) {
    if (!seen.markers_.contains({span.producer_id, span.last_offset})) return false;
    if (span.first_offset < begin) return true;  // nothing of the segments tells where it began
    const auto found = in(seen.spans_, span);
    return found != seen.spans_.end() && found->first_offset == span.first_offset;
  });
  return all_there && std::all_of(seen.spans_.begin(), seen.spans_.end(), [&](const AbortedSpan& span) {
           return in(indexed, span) != indexed.end();
         });
}

Result<std::vector<AbortedSpan>> AbortedSpans::told_anew(std::span<const ArchivedSegment> sources) const {
  TransactionTracker tracker;
  std::vector<AbortedSpan> spans;
  for (const ArchivedSegment& facts : partition_.segments) {
    if (facts.generation != sources.front().generation) continue;
    if (facts.base_offset >= sources.back().next_offset) break;
    ARKIVE_ASSIGN(StoredSegment segment, StoredSegment::open(store_, place_, facts, deadline_));
    ARKIVE_TRY(segment.walk([&](const LogEntry& entry, std::uint64_t) -> Result<Walk> {
      ARKIVE_ASSIGN(const std::optional<AbortedSpan> span, tracker.append(entry));
      if (span && span->last_offset >= sources.front().base_offset) spans.push_back(*span);
      return Walk::kOn;
    }));
  }
  return spans;
}

}  // namespace arkive::kafka
