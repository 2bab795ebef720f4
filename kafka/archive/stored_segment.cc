#include "kafka/archive/stored_segment.h"

#include <memory>

#include "kafka/log/index.h"
#include "stores/core/bytes.h"
#include "stores/core/interrupt.h"
#include "stores/core/log.h"

namespace arkive::kafka {
namespace {

constexpr std::size_t kTransactionEntry = 34;

void left_aside(const std::string& key, const std::string& why) {
  log_warning("index left aside: '" + key + "': " + why);
}

}  // namespace

Result<StoredSegment> StoredSegment::open(const Store& store, const PartitionPlace& place,
                                          const ArchivedSegment& facts, Deadline deadline) {
  std::string key = log_key(place.cluster, *place.topic, place.partition, facts);
  ARKIVE_ASSIGN(SegmentBytes opened, SegmentBytes::open(store, key, facts, deadline));
  const auto bytes = std::make_shared<SegmentBytes>(std::move(opened));
  SegmentReader reader(key, facts.bytes, [bytes](std::uint64_t offset, std::size_t size) -> Result<Bytes> {
    ARKIVE_TRY(check_interrupt("read records"));
    if (size > kMostEntry) {
      return fail(Outcome::kCorrupt, "read '" + bytes->key() + "' at byte " + std::to_string(offset) +
                                         ": a log entry of " + std::to_string(size) + " bytes");
    }
    return bytes->read(offset, size);
  });
  return StoredSegment(store, place, facts, std::move(key), bytes, std::move(reader), deadline);
}

const SeekTable* StoredSegment::frames() const {
  return bytes_->frames();
}

Result<Walk> StoredSegment::walk(const SegmentReader::Visit& visit, std::uint64_t from) {
  std::int64_t next = facts_->base_offset;
  Walk last = Walk::kOn;
  ARKIVE_ASSIGN(
      const std::uint64_t end,
      reader_.for_each_entry(
          CrcCheck::kYes,
          [&](const LogEntry& entry, std::uint64_t position) -> Result<Walk> {
            const std::int64_t first = entry.first_offset == kUnknownOffset ? next : entry.first_offset;
            // The first 17 bytes of a batch are in no CRC.
            if (first < next || entry.last_offset < next || entry.last_offset >= facts_->next_offset) {
              return fail(Outcome::kCorrupt,
                          "read '" + key_ + "' at byte " + std::to_string(position) + ": offsets " +
                              std::to_string(first) + " to " + std::to_string(entry.last_offset) +
                              " stand where offsets from " + std::to_string(next) + " to " +
                              std::to_string(facts_->next_offset - 1) + " should be");
            }
            next = entry.next_offset();
            ARKIVE_ASSIGN(last, visit(entry, position));
            return last;
          },
          from));
  if (last == Walk::kEnough) return last;
  if (end != reader_.size() || next != facts_->next_offset) {
    return fail(Outcome::kCorrupt, "read '" + key_ + "' at byte " + std::to_string(end) +
                                       ": it ends before offset " + std::to_string(next) +
                                       ", its list says before " + std::to_string(facts_->next_offset));
  }
  return last;
}

std::string StoredSegment::key_of(SegmentFile file) const {
  return segment_key(place_.cluster, *place_.topic, place_.partition, *facts_, file);
}

// Empty: not there.
Result<std::string> StoredSegment::small_file(SegmentFile file, std::uint64_t most) const {
  const std::string key = key_of(file);
  const auto object = store_->head(key, deadline_);
  if (!object && object.error().outcome == Outcome::kNotFound) return std::string();
  if (!object) return fail(object.error());
  if (object->size > most) {
    left_aside(key, "it has " + std::to_string(object->size) + " bytes, the segment cannot fill it");
    return std::string();
  }
  return store_->get(key, 0, 0, deadline_);
}

Result<std::optional<PlacedEntry>> StoredSegment::entry_at(std::uint64_t position) {
  std::optional<PlacedEntry> found;
  if (position >= reader_.size()) return found;
  const auto read = reader_.for_each_entry(
      CrcCheck::kYes,
      [&](const LogEntry& entry, std::uint64_t at) -> Result<Walk> {
        found = PlacedEntry{entry, at};
        return Walk::kEnough;
      },
      position);
  if (!read && read.error().outcome != Outcome::kCorrupt) return fail(read.error());
  if (!read) found.reset();
  return found;
}

Result<std::uint64_t> StoredSegment::position_of(std::int64_t offset) {
  if (offset <= facts_->base_offset) return 0;
  ARKIVE_ASSIGN(const std::string file,
                small_file(SegmentFile::kOffsetIndex, facts_->batches * OffsetIndex::kSize));
  const auto index = OffsetIndex::open(file, facts_->base_offset);
  if (!index) {
    left_aside(key_of(SegmentFile::kOffsetIndex), index.error().what);
    return 0;
  }
  const OffsetIndex::Entry found = index->lookup(offset);
  if (found.position == 0) return 0;
  // It has no checksum: what it points at must be what it says.
  ARKIVE_ASSIGN(const auto placed, entry_at(found.position));
  if (!placed || placed->entry.last_offset != found.offset) {
    left_aside(key_of(SegmentFile::kOffsetIndex), "offset " + std::to_string(found.offset) +
                                                      " is not at byte " + std::to_string(found.position));
    return 0;
  }
  return found.position;
}

Result<std::uint64_t> StoredSegment::position_of_time(UnixMilliseconds time) {
  ARKIVE_ASSIGN(const std::string file,
                small_file(SegmentFile::kTimeIndex, (facts_->batches + 1) * TimeIndex::kSize));
  const auto index = TimeIndex::open(file, facts_->base_offset);
  if (!index) {
    left_aside(key_of(SegmentFile::kTimeIndex), index.error().what);
    return 0;
  }
  const TimeIndex::Entry found = index->lookup(time);
  if (found.timestamp == kNoTimestamp) return 0;
  ARKIVE_ASSIGN(const std::uint64_t position, position_of(found.offset));
  bool is_right = false;
  const auto looked = reader_.for_each_entry(
      CrcCheck::kYes,
      [&](const LogEntry& entry, std::uint64_t) -> Result<Walk> {
        if (entry.last_offset < found.offset) return Walk::kOn;
        is_right = entry.last_offset == found.offset && entry.max_timestamp == found.timestamp;
        return Walk::kEnough;
      },
      position);
  if (!looked) return fail(looked.error());
  if (is_right) return position;
  left_aside(key_of(SegmentFile::kTimeIndex),
             "offset " + std::to_string(found.offset) + " is not the first with the time it tells");
  return 0;
}

Result<std::optional<std::vector<AbortedSpan>>> StoredSegment::aborted() const {
  ARKIVE_ASSIGN(const std::string file,
                small_file(SegmentFile::kTransactionIndex, facts_->aborted * kTransactionEntry));
  auto spans = read_transaction_index(file);
  if (spans && spans->size() == facts_->aborted) return std::optional(std::move(*spans));
  left_aside(key_of(SegmentFile::kTransactionIndex), spans ? std::to_string(spans->size()) +
                                                                 " aborted transactions, its list says " +
                                                                 std::to_string(facts_->aborted)
                                                           : spans.error().what);
  return std::optional<std::vector<AbortedSpan>>();
}

}  // namespace arkive::kafka
