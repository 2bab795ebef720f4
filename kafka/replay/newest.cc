#include <vector>

#include "kafka/archive/stored_segment.h"
#include "kafka/archive/transaction_fates.h"
#include "kafka/log/records.h"
#include "kafka/replay/draft.h"

namespace arkive::kafka {
namespace {

// The offsets of the records of an entry that a replay would bring.
class Counting {
 public:
  Counting(std::int64_t begin, std::int64_t end, std::optional<UnixMilliseconds> until)
      : begin_(begin), end_(end), until_(until) {}

  Status offsets(const LogEntry& entry, Fate fate, std::vector<std::int64_t>& into) {
    into.clear();
    if (entry.control || fate != Fate::kCommitted || entry.record_count == 0) return ok();
    return for_each_record(records_, entry, [&](const Record& record) {
      if (record.offset < begin_ || record.offset >= end_) return;
      if (until_ && record.timestamp >= *until_) return;
      into.push_back(record.offset);
    });
  }
  // Without looking into the entry where its header says enough.
  Result<std::uint64_t> count(const LogEntry& entry, Fate fate) {
    if (entry.control || fate != Fate::kCommitted) return 0;
    const bool header_tells = entry.magic == 2 && entry.first_offset >= begin_ && entry.last_offset < end_ &&
                              (!until_ || entry.max_timestamp < *until_);
    if (header_tells) return static_cast<std::uint64_t>(entry.record_count);
    ARKIVE_TRY(offsets(entry, fate, scratch_));
    return scratch_.size();
  }

 private:
  const std::int64_t begin_;
  const std::int64_t end_;
  const std::optional<UnixMilliseconds> until_;
  RecordReader records_;
  std::vector<std::int64_t> scratch_;
};

}  // namespace

// From the last segment backwards, each read at most twice.
Result<std::int64_t> begin_of_newest(const Store& store, std::string_view cluster, const ArchivedTopic& topic,
                                     const ArchivedPartition& partition, std::int64_t begin, std::int64_t end,
                                     std::optional<UnixMilliseconds> until, std::uint64_t newest) {
  if (newest == 0) return end;
  const PartitionPlace place{cluster, &topic, partition.partition};
  TransactionFates fates(store, place, partition, Deadline::never());
  ARKIVE_TRY(fates.load(begin));
  Counting counting(begin, end, until);
  std::uint64_t wanted = newest;
  for (auto facts = partition.segments.rbegin(); facts != partition.segments.rend(); ++facts) {
    if (facts->generation != partition.generation || facts->base_offset >= end) continue;
    if (facts->next_offset <= begin) break;
    ARKIVE_ASSIGN(StoredSegment segment, StoredSegment::open(store, place, *facts, Deadline::never()));
    std::uint64_t in_segment = 0;
    ARKIVE_TRY(segment.walk([&](const LogEntry& entry, std::uint64_t) -> Result<Walk> {
      ARKIVE_ASSIGN(const std::uint64_t count, counting.count(entry, fates.of(entry)));
      in_segment += count;
      return Walk::kOn;
    }));
    if (in_segment < wanted) {
      wanted -= in_segment;
      continue;
    }
    std::uint64_t to_pass = in_segment - wanted;
    std::int64_t found = begin;
    std::vector<std::int64_t> offsets;
    const auto find_it = [&](const LogEntry& entry, std::uint64_t) -> Result<Walk> {
      const Fate fate = fates.of(entry);
      ARKIVE_ASSIGN(const std::uint64_t count, counting.count(entry, fate));
      if (count <= to_pass) {
        to_pass -= count;
        return Walk::kOn;
      }
      ARKIVE_TRY(counting.offsets(entry, fate, offsets));
      found = offsets.at(static_cast<std::size_t>(to_pass));
      return Walk::kEnough;
    };
    ARKIVE_TRY(segment.walk(find_it));
    return found;
  }
  return begin;
}

}  // namespace arkive::kafka
