#include "kafka/archive/batch_match.h"

#include "kafka/log/same_records.h"

namespace arkive::kafka {
namespace {

// Brokers fill in the leader epoch (KIP-101); who writes records anew does not know it.
bool is_written_anew(const LogEntry& entry) {
  return entry.magic == 2 && entry.leader_epoch < 0;
}

}  // namespace

BatchMatch match_batch(const LogEntry& archived, const LogEntry& live, bool compacted) {
  if (archived.bytes == live.bytes) return BatchMatch::kSame;
  const std::int64_t first = live.first_offset == kUnknownOffset ? live.last_offset : live.first_offset;
  if (first > archived.last_offset) return BatchMatch::kRemoved;
  if (is_written_anew(archived) || is_written_anew(live)) {
    switch (compare_records(archived, live)) {
      case SameRecords::kAll:
        return BatchMatch::kSameRecords;
      case SameRecords::kFewer:
        return compacted ? BatchMatch::kThinned : BatchMatch::kOther;
      case SameRecords::kNo:
        return BatchMatch::kOther;
    }
  }
  const bool may_be_thinned =
      compacted && live.magic == archived.magic && live.producer_id == archived.producer_id &&
      live.leader_epoch == archived.leader_epoch && live.last_offset <= archived.last_offset;
  return may_be_thinned && compare_records(archived, live) != SameRecords::kNo ? BatchMatch::kThinned
                                                                               : BatchMatch::kOther;
}

}  // namespace arkive::kafka
