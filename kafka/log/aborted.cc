#include "kafka/log/aborted.h"

#include <algorithm>

#include "kafka/log/record_bytes_internal.h"

namespace arkive::kafka {

Result<std::optional<ControlMarker>> control_marker(const LogEntry& entry) {
  const std::string where = "read control batch at offset " + std::to_string(entry.last_offset) + ": ";
  if (!entry.control) return fail(Outcome::kUsage, where + "it is none");
  if (entry.record_count == 0) return std::nullopt;
  if (entry.codec != Codec::kNone) return fail(Outcome::kCorrupt, where + "it is compressed");
  Bytes rest = entry.bytes.substr(kBatchHeader);
  RecordFields record;
  if (take_record(rest, record) != nullptr || !record.key || record.key->size() < 4) {
    return fail(Outcome::kCorrupt, where + "it holds no marker");
  }
  ControlMarker marker;
  marker.type = load_big_endian<std::int16_t>(record.key->data() + 2);
  if (marker.type != 0 && marker.type != 1) return marker;
  marker.kind = marker.type == 0 ? ControlMarker::Kind::kAbort : ControlMarker::Kind::kCommit;
  if (!record.value || record.value->size() < 6) {
    return fail(Outcome::kCorrupt, where + "its marker has no coordinator epoch");
  }
  marker.coordinator_epoch = load_big_endian<std::int32_t>(record.value->data() + 2);
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
