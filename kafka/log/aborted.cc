#include "kafka/log/aborted.h"

#include <algorithm>

#include "kafka/log/records.h"

namespace arkive::kafka {

Result<std::optional<ControlMarker>> control_marker(const LogEntry& entry) {
  if (!entry.control) {
    return fail(Outcome::kUsage,
                "read control batch at offset " + std::to_string(entry.last_offset) + ": it is none");
  }
  constexpr std::uint64_t kMost = 1 << 20;  // a marker takes 20 bytes
  RecordReader reader(kMost);
  ARKIVE_TRY(reader.open(entry));
  Record record;
  ARKIVE_ASSIGN(const bool there, reader.next(record));
  if (!there) return std::nullopt;
  ARKIVE_ASSIGN(const ControlMarker marker, parse_marker(record));
  return marker;
}

Result<std::optional<AbortedSpan>> TransactionTracker::append(const LogEntry& entry) {
  if (!entry.transactional && !entry.control) return std::nullopt;
  const auto open = std::find_if(open_.begin(), open_.end(), [&](const OpenTransaction& one) {
    return one.producer_id == entry.producer_id;
  });
  if (!entry.control) {
    // Entries come in order, so the list stays ascending by first offset.
    if (open == open_.end() && entry.has_producer()) {
      open_.push_back({entry.producer_id, entry.first_offset, entry.producer_epoch});
    }
    return std::nullopt;
  }
  ARKIVE_ASSIGN(const std::optional<ControlMarker> marker, control_marker(entry));
  if (!marker || marker->kind == ControlMarker::Kind::kOther || open == open_.end()) return std::nullopt;
  const OpenTransaction ended = *open;
  open_.erase(open);
  if (marker->kind == ControlMarker::Kind::kCommit) return std::nullopt;
  return AbortedSpan{ended.producer_id, ended.first_offset, entry.first_offset,
                     last_stable_offset(entry.next_offset())};
}

}  // namespace arkive::kafka
