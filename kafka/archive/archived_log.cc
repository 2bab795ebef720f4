#include "kafka/archive/archived_log.h"

namespace arkive::kafka {

ArchivedLog::ArchivedLog(const Store& store, std::string_view cluster, const ArchivedTopic& topic,
                         const ArchivedPartition& partition, Deadline deadline)
    : store_(store),
      place_{cluster, &topic, partition.partition},
      partition_(partition),
      deadline_(deadline),
      fates_(store, place_, partition, deadline) {
  for (const ArchivedSegment& segment : partition.segments) {
    if (segment.generation == partition.generation) segments_.push_back(&segment);
  }
}

std::int64_t ArchivedLog::first_offset() const {
  return segments_.empty() ? partition_.next_offset : segments_.front()->base_offset;
}

std::int64_t ArchivedLog::next_offset() const {
  return segments_.empty() ? partition_.next_offset : segments_.back()->next_offset;
}

Result<StoredSegment> ArchivedLog::open(const ArchivedSegment& segment) const {
  return StoredSegment::open(store_, place_, segment, deadline_);
}

Result<std::optional<std::int64_t>> ArchivedLog::offset_at(UnixMilliseconds time) {
  std::optional<std::int64_t> found;
  const auto look = [&](const LogEntry& entry, std::uint64_t) -> Result<Walk> {
    if (entry.max_timestamp < time) return Walk::kOn;
    ARKIVE_TRY(records_.open(entry));
    Record record;
    while (true) {
      ARKIVE_ASSIGN(const bool more, records_.next(record));
      if (!more) return Walk::kOn;  // compaction can have taken the youngest
      if (record.timestamp < time) continue;
      found = record.offset;
      return Walk::kEnough;
    }
  };
  for (const ArchivedSegment* const facts : segments_) {
    if (facts->max_timestamp < time) continue;
    ARKIVE_ASSIGN(StoredSegment segment, open(*facts));
    ARKIVE_ASSIGN(const std::uint64_t position, segment.position_of_time(time));
    ARKIVE_TRY(segment.walk(look, position));
    if (found) break;
  }
  return found;
}

Result<std::optional<std::string>> ArchivedLog::entry_at(std::int64_t offset) {
  std::optional<std::string> found;
  for (const ArchivedSegment* const facts : segments_) {
    if (facts->next_offset <= offset) continue;
    ARKIVE_ASSIGN(StoredSegment segment, open(*facts));
    ARKIVE_ASSIGN(const std::uint64_t position, segment.position_of(offset));
    ARKIVE_TRY(segment.walk(
        [&](const LogEntry& entry, std::uint64_t) -> Result<Walk> {
          if (entry.last_offset < offset) return Walk::kOn;
          found = std::string(entry.bytes);
          return Walk::kEnough;
        },
        position));
    break;
  }
  return found;
}

Status ArchivedLog::for_each_entry(std::int64_t from, std::int64_t until, const VisitEntry& visit) {
  ARKIVE_TRY(fates_.load(from));
  for (const ArchivedSegment* const facts : segments_) {
    if (facts->next_offset <= from) continue;
    if (facts->base_offset >= until) break;
    ARKIVE_ASSIGN(StoredSegment segment, open(*facts));
    ARKIVE_ASSIGN(const std::uint64_t position, segment.position_of(from));
    ARKIVE_ASSIGN(const Walk walk, segment.walk(
                                       [&](const LogEntry& entry, std::uint64_t at) -> Result<Walk> {
                                         if (entry.last_offset < from) return Walk::kOn;
                                         if (entry.first_offset >= until) return Walk::kEnough;
                                         auto shown = visit(entry, fates_.of(entry));
                                         if (!shown && shown.error().outcome == Outcome::kCorrupt) {
                                           return fail(shown.error().within(
                                               "read '" + segment.key() + "' at byte " + std::to_string(at)));
                                         }
                                         return shown;
                                       },
                                       position));
    if (walk == Walk::kEnough) break;
  }
  return ok();
}

Status ArchivedLog::for_each_record(std::int64_t from, std::int64_t until, const Visit& visit) {
  const auto show = [&](const LogEntry& entry, Fate its_fate) -> Result<Walk> {
    RecordPlace place;
    place.topic = place_.topic->name;
    place.partition = place_.partition;
    place.magic = entry.magic;
    place.log_append_time = entry.log_append_time;
    place.aborted = its_fate == Fate::kAborted;
    place.open_transaction = its_fate == Fate::kOpen;
    ARKIVE_TRY(records_.open(entry));
    Record record;
    while (true) {
      ARKIVE_ASSIGN(const bool more, records_.next(record));
      if (!more) return Walk::kOn;
      if (record.offset < from) continue;
      if (record.offset >= until) return Walk::kEnough;
      if (entry.control) {
        ARKIVE_ASSIGN(place.control, parse_marker(record));
      }
      ARKIVE_ASSIGN(const Walk walk, visit(place, record));
      if (walk == Walk::kEnough) return walk;
    }
  };
  return for_each_entry(from, until, show);
}

Result<ArchivedPartition> older_generation(const Store& store, std::string_view cluster,
                                           const ArchivedTopic& topic, const ArchivedPartition& partition,
                                           std::int32_t generation, Deadline deadline) {
  ArchivedPartition older;
  older.partition = partition.partition;
  older.replicas = partition.replicas;
  older.generation = generation;
  std::string others;
  std::int32_t last_named = -1;
  TransactionTracker tracker;
  for (const ArchivedSegment& facts : partition.segments) {
    if (facts.generation != generation) {
      if (facts.generation != last_named)
        others += (others.empty() ? "g" : ", g") + std::to_string(facts.generation);
      last_named = facts.generation;
      continue;
    }
    if (older.segments.empty()) {
      older.log_start = facts.base_offset;
    } else if (facts.base_offset > older.next_offset) {
      older.gaps.push_back({older.next_offset, facts.base_offset, "not kept of older generations"});
    }
    older.next_offset = older.high_watermark = older.last_stable_offset = facts.next_offset;
    older.segments.push_back(facts);
    ARKIVE_ASSIGN(StoredSegment segment,
                  StoredSegment::open(store, {cluster, &topic, partition.partition}, facts, deadline));
    ARKIVE_TRY(segment.walk([&](const LogEntry& entry, std::uint64_t) -> Result<Walk> {
      ARKIVE_ASSIGN(const std::optional<AbortedSpan> span, tracker.append(entry));
      (void)span;
      return Walk::kOn;
    }));
  }
  if (older.segments.empty()) {
    return fail(Outcome::kNotFound,
                "open generation " + std::to_string(generation) + " of partition '" +
                    TopicPartition{topic.name, partition.partition}.text() + "': the archive has none",
                others.empty() ? "it has no segment at all" : "it has " + others);
  }
  older.open = tracker.open();
  return older;
}

}  // namespace arkive::kafka
