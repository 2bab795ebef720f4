#include "tools/arkive/topic_totals.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace arkive::tools {

using kafka::ArchivedPartition;
using kafka::ArchivedSegment;
using kafka::ArchivedTopic;

void Totals::add(const ArchivedPartition& partition) {
  std::optional<std::int64_t> first;
  for (const ArchivedSegment& segment : partition.segments) {
    bytes += segment.bytes;
    stored_bytes += segment.stored_bytes();
    ++segments;
    if (segment.generation != partition.generation) continue;
    if (!first) first = segment.base_offset;
    records = records < 0 || segment.records < 0 ? -1 : records + segment.records;
    newest = std::max(newest, segment.max_timestamp);
  }
  first_offset = first.value_or(partition.next_offset);
}

std::string Totals::records_text() const {
  return records < 0 ? "not known" : std::to_string(records);
}

Totals totals_of(const ArchivedTopic& topic) {
  Totals totals;
  for (const ArchivedPartition& partition : topic.partitions) totals.add(partition);
  return totals;
}

Totals totals_of(const ArchivedPartition& partition) {
  Totals totals;
  totals.add(partition);
  return totals;
}
nlohmann::json totals_json(const Totals& totals) {
  nlohmann::json document = {{"bytes", totals.bytes},
                             {"stored_bytes", totals.stored_bytes},
                             {"segments", totals.segments},
                             {"records", nullptr},
                             {"newest_ms", nullptr}};
  if (totals.records >= 0) document["records"] = totals.records;
  if (totals.newest >= 0) document["newest_ms"] = totals.newest;
  return document;
}

std::optional<std::int64_t> lag_of(const kafka::CommittedOffset& committed, const ArchivedTopic& topic) {
  const ArchivedPartition* const partition = topic.find(committed.partition.partition);
  if (committed.partition.topic != topic.name || partition == nullptr) return std::nullopt;
  return partition->next_offset - committed.offset;
}

}  // namespace arkive::tools
