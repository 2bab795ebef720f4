#include "kafka/archive/transaction_fates.h"

#include "stores/core/log.h"

namespace arkive::kafka {

Status TransactionFates::load(std::int64_t from) {
  aborted_.clear();
  for (const ArchivedSegment& facts : partition_.segments) {
    if (facts.generation != partition_.generation || facts.next_offset <= from || facts.aborted == 0)
      continue;
    ARKIVE_ASSIGN(const StoredSegment segment, StoredSegment::open(store_, place_, facts, deadline_));
    ARKIVE_ASSIGN(const auto spans, segment.aborted());
    if (!spans) {
      log_warning("which transactions were aborted is told from the log itself");
      return find_in_log();
    }
    for (const AbortedSpan& span : *spans) remember(span);
  }
  return ok();
}

Status TransactionFates::find_in_log() {
  TransactionTracker tracker;
  for (const ArchivedSegment& facts : partition_.segments) {
    if (facts.generation != partition_.generation) continue;
    ARKIVE_ASSIGN(StoredSegment segment, StoredSegment::open(store_, place_, facts, deadline_));
    ARKIVE_TRY(segment.walk([&](const LogEntry& entry, std::uint64_t) -> Result<Walk> {
      ARKIVE_ASSIGN(const std::optional<AbortedSpan> span, tracker.append(entry));
      if (span) remember(*span);
      return Walk::kOn;
    }));
  }
  return ok();
}

Fate TransactionFates::of(const LogEntry& entry) const {
  if (!entry.transactional || entry.control) return Fate::kCommitted;
  if (const auto spans = aborted_.find(entry.producer_id); spans != aborted_.end()) {
    const auto span = spans->second.lower_bound(entry.first_offset);
    if (span != spans->second.end() && span->second <= entry.first_offset) return Fate::kAborted;
  }
  for (const OpenTransaction& open : partition_.open) {
    if (open.producer_id == entry.producer_id && open.first_offset <= entry.first_offset) return Fate::kOpen;
  }
  return Fate::kCommitted;
}

}  // namespace arkive::kafka
