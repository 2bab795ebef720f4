#include "kafka/groups/placement.h"

#include <algorithm>

namespace arkive::kafka {
namespace {

Place left_out(std::string note) {
  Place place;
  place.note = std::move(note);
  return place;
}

std::string number(std::int64_t offset) {
  return std::to_string(offset);
}

}  // namespace

std::string_view offset_kind_name(OffsetKind kind) {
  switch (kind) {
    case OffsetKind::kAsItWas:
      return "as it was";
    case OffsetKind::kExact:
      return "exact";
    case OffsetKind::kNext:
      return "next";
    case OffsetKind::kAtEnd:
      return "end";
    case OffsetKind::kBefore:
      return "before";
    case OffsetKind::kBeyond:
      return "beyond";
    case OffsetKind::kLeftOut:
      break;
  }
  return "left out";
}

Place place_by_map(const OffsetMap& map, const ArchivedBounds* bounds, const CommittedOffset& committed) {
  using Kind = TranslatedOffset::Kind;
  const ReplayedPartition* const replayed =
      map.find(committed.partition.topic, committed.partition.partition);
  if (replayed == nullptr) return left_out("the partition was not replayed");
  if (replayed->target_partition < 0) {
    return left_out("its records were spread by key over the partitions of " + replayed->target_topic);
  }
  if (bounds != nullptr && !bounds->topic_id.empty() && !replayed->source_topic_id.empty() &&
      bounds->topic_id != replayed->source_topic_id) {
    return left_out("another topic of that name was replayed: " + replayed->source_topic_id + ", not " +
                    bounds->topic_id);
  }
  TranslatedOffset translated = replayed->translate(committed.offset);
  const bool all_before_it = translated.kind == Kind::kAtEnd || translated.kind == Kind::kNotThere;
  if (all_before_it && !replayed->complete) return left_out("the replay has not come that far yet");
  // A partition that held nothing to replay was replayed as well.
  if (translated.kind == Kind::kNotThere) translated = {Kind::kAtEnd, replayed->target_begin};

  Place place{
      OffsetKind::kExact, {replayed->target_topic, replayed->target_partition}, translated.offset, {}};
  if (committed.offset < replayed->source_begin) {
    place.kind = OffsetKind::kBefore;
    place.note = "replayed from offset " + number(replayed->source_begin) + " on: it goes to the first";
  } else if (committed.offset > replayed->source_end) {
    place.kind = OffsetKind::kBeyond;
    place.note = "replayed up to offset " + number(replayed->source_end) + ": it goes to the end of that";
  } else if (all_before_it) {
    place.kind = OffsetKind::kAtEnd;
  } else if (translated.kind == Kind::kNext) {
    place.kind = OffsetKind::kNext;
  }
  return place;
}

Place place_as_it_was(const ArchivedBounds* bounds, const CommittedOffset& committed) {
  if (bounds == nullptr) return left_out("the archive does not hold the partition");
  Place place{OffsetKind::kAsItWas, committed.partition, committed.offset, {}};
  if (committed.offset < bounds->first) {
    place.kind = OffsetKind::kBefore;
    place.offset = bounds->first;
    place.note = "archived from offset " + number(bounds->first) + " on: it goes to the first";
  } else if (committed.offset > bounds->next) {
    place.kind = OffsetKind::kBeyond;
    place.offset = bounds->next;
    place.note = "archived up to offset " + number(bounds->next) + ": it goes to the end of that";
  }
  return place;
}

Place within_log(Place place, const PartitionOffsets* log) {
  if (place.kind == OffsetKind::kLeftOut) return place;
  if (log == nullptr) return left_out("the target has no partition " + place.partition.text());
  if (!log->error.empty()) {
    return left_out("the log of " + place.partition.text() + " cannot be looked at: " + log->error);
  }
  if (place.offset > log->high_watermark) {
    return left_out("the log of " + place.partition.text() + " ends at " + number(log->high_watermark) +
                    ", before " + number(place.offset) + ": it is not the log that was brought there");
  }
  if (place.offset < log->log_start) {
    place.kind = OffsetKind::kBefore;
    place.note = "the target's log begins at " + number(log->log_start) + " by now, not at " +
                 number(place.offset) + ": it goes to the first";
    place.offset = log->log_start;
  }
  return place;
}

}  // namespace arkive::kafka
