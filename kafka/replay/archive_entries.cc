#include "kafka/replay/archive_entries.h"

#include <algorithm>

#include "kafka/archive/layout.h"
#include "stores/core/interrupt.h"

namespace arkive::kafka {
namespace {

constexpr std::size_t kPiece = 1 << 20;

}  // namespace

ArchiveEntries::ArchiveEntries(const Store& store, const PartitionPlace& place,
                               const ArchivedPartition& partition, Deadline deadline)
    : store_(store),
      place_(place),
      partition_(partition),
      deadline_(deadline),
      fates_(store, place, partition, deadline) {}

Status ArchiveEntries::open(std::int64_t from, std::int64_t until) {
  from_ = from;
  until_ = until;
  segments_.clear();
  segment_ = 0;
  bytes_.reset();
  for (const ArchivedSegment& facts : partition_.segments) {
    if (facts.generation != partition_.generation || facts.next_offset <= from) continue;
    if (facts.base_offset < until) segments_.push_back(&facts);
  }
  return fates_.load(from);
}

Result<bool> ArchiveEntries::open_segment() {
  if (segment_ == segments_.size()) return false;
  const ArchivedSegment& facts = *segments_[segment_];
  position_ = 0;
  if (from_ > facts.base_offset) {
    ARKIVE_ASSIGN(StoredSegment segment, StoredSegment::open(store_, place_, facts, deadline_));
    ARKIVE_ASSIGN(position_, segment.position_of(from_));
  }
  const std::string key = log_key(place_.cluster, *place_.topic, place_.partition, facts);
  ARKIVE_ASSIGN(bytes_, SegmentBytes::open(store_, key, facts, deadline_));
  next_offset_ = facts.base_offset;
  piece_.reset();
  return true;
}

tl::unexpected<Error> ArchiveEntries::damaged(const std::string& what) const {
  return fail(Outcome::kCorrupt,
              "read '" + bytes_->key() + "' at byte " + std::to_string(position_) + ": " + what);
}

Error ArchiveEntries::at(const ArchiveEntry& entry, const Error& error) const {
  return error.within("read '" + bytes_->key() + "' at byte " + std::to_string(entry.position));
}

// From position_ on, which is not at the segment's end.
Status ArchiveEntries::load(std::size_t least) {
  ARKIVE_TRY(check_interrupt("read records"));
  if (least > StoredSegment::kMostEntry) {
    return damaged("a log entry of " + std::to_string(least) + " bytes");
  }
  const std::uint64_t left = segments_[segment_]->bytes - position_;
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(std::max(kPiece, least), left));
  ARKIVE_ASSIGN(std::string piece, bytes_->take(position_, size));
  if (piece.size() < std::min(least, size)) {
    ARKIVE_TRY(bytes_->take(position_ + piece.size(), size - piece.size()));  // says why
    return damaged("the bytes that follow cannot be read");
  }
  piece_ = std::make_shared<std::string>(std::move(piece));
  piece_from_ = position_;
  return ok();
}

// The first 17 bytes of a batch are in no CRC.
Status ArchiveEntries::check_offsets(std::int64_t first, const LogEntry& entry) {
  const ArchivedSegment& facts = *segments_[segment_];
  if (first >= next_offset_ && entry.last_offset >= first && entry.last_offset < facts.next_offset)
    return ok();
  return damaged("offsets " + std::to_string(first) + " to " + std::to_string(entry.last_offset) +
                 " stand where offsets from " + std::to_string(next_offset_) + " to " +
                 std::to_string(facts.next_offset - 1) + " should be");
}

Result<bool> ArchiveEntries::next(ArchiveEntry& into) {
  while (true) {
    if (!bytes_) {
      ARKIVE_ASSIGN(const bool more, open_segment());
      if (!more) return false;
    }
    const ArchivedSegment& facts = *segments_[segment_];
    if (position_ == facts.bytes) {
      if (next_offset_ != facts.next_offset) {
        return damaged("it ends before offset " + std::to_string(next_offset_) + ", its list says before " +
                       std::to_string(facts.next_offset));
      }
      bytes_.reset();
      ++segment_;
      continue;
    }
    if (!piece_ || position_ == piece_from_ + piece_->size()) ARKIVE_TRY(load(1));
    const Bytes rest = Bytes(*piece_).substr(static_cast<std::size_t>(position_ - piece_from_));
    LogEntry& entry = into.entry;
    const EntryState state = read_entry(rest, entry);
    if (state == EntryState::kCutShort) {
      const std::uint64_t told =
          rest.size() < kEntryPrefix
              ? kOutsideCrc
              : kEntryPrefix + static_cast<std::uint64_t>(load_big_endian<std::uint32_t>(rest.data() + 8));
      const std::uint64_t wanted = std::max<std::uint64_t>(told, rest.size() + 1);
      if (wanted > facts.bytes - position_) return damaged("its last entry is cut short");
      ARKIVE_TRY(load(static_cast<std::size_t>(wanted)));
      continue;
    }
    if (state != EntryState::kWhole) return damaged(entry_error(state, rest).what);
    if (computed_crc(entry) != entry.crc) return damaged(check_crc(entry).error().what);
    into.first_offset = entry.first_offset == kUnknownOffset ? next_offset_ : entry.first_offset;
    ARKIVE_TRY(check_offsets(into.first_offset, entry));
    into.position = position_;
    position_ += entry.bytes.size();
    next_offset_ = entry.next_offset();
    if (entry.last_offset < from_) continue;
    if (into.first_offset >= until_) return false;
    into.fate = fates_.of(entry);
    into.owner = piece_;
    return true;
  }
}

}  // namespace arkive::kafka
