#include "kafka/log/index.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace arkive::kafka {
namespace {

constexpr std::size_t kAbortedSize = 34;

/// How many entries there are before the zeros that fill up the index of a segment still written to.
/// An entry of zeros is a real one only as the first of its file.
std::size_t without_filling(Bytes file, std::size_t size) {
  const std::size_t last = file.find_last_not_of('\0');
  if (last == Bytes::npos) return 0;
  return last / size + 1;
}

Error index_error(std::string_view which, std::string text) {
  return {Outcome::kCorrupt, "read " + std::string(which) + " index: " + std::move(text), {}};
}

// Sums with an offset relative to it stay in range.
bool is_base(std::int64_t offset) {
  return offset >= 0 && offset <= INT64_MAX - std::numeric_limits<std::int32_t>::max();
}

Status check_base(std::string_view which, std::int64_t base_offset) {
  if (is_base(base_offset)) return ok();
  return fail(index_error(which, std::to_string(base_offset) + " is no base offset"));
}

Error contradiction(const LogEntry& entry, std::uint64_t position, std::string text) {
  return {Outcome::kCorrupt,
          "check index at offset " + std::to_string(entry.last_offset) + ", byte " +
              std::to_string(position) + ": " + std::move(text),
          "the segment itself is right; its index files can be made anew from it"};
}

}  // namespace

bool IndexBuilder::fits(const LogEntry& entry, std::uint64_t position) const {
  constexpr std::uint32_t kMost = std::numeric_limits<std::int32_t>::max();
  return is_base(base_offset_) && entry.last_offset >= base_offset_ &&
         entry.last_offset - base_offset_ <= kMost && entry.bytes.size() <= kMost &&
         position <= kMost - entry.bytes.size();
}

Status IndexBuilder::append(const LogEntry& entry, std::uint64_t position) {
  if (!fits(entry, position)) {
    return fail(Outcome::kCorrupt, "index log entry with last offset " + std::to_string(entry.last_offset) +
                                       " at byte " + std::to_string(position) +
                                       ": it does not fit into segment " + std::to_string(base_offset_));
  }
  if (entry.last_offset <= last_offset_) {
    return fail(Outcome::kCorrupt, "index log entry with last offset " + std::to_string(entry.last_offset) +
                                       ": the one before has " + std::to_string(last_offset_));
  }
  last_offset_ = entry.last_offset;
  if (entry.max_timestamp > max_timestamp_) {
    max_timestamp_ = entry.max_timestamp;
    max_timestamp_offset_ = entry.last_offset;
  }
  if (position - indexed_position_ > interval_) {
    append_big_endian(files_.offsets, static_cast<std::int32_t>(entry.last_offset - base_offset_));
    append_big_endian(files_.offsets, static_cast<std::int32_t>(position));
    if (max_timestamp_ > written_timestamp_) {
      append_big_endian(files_.times, max_timestamp_);
      append_big_endian(files_.times, static_cast<std::int32_t>(max_timestamp_offset_ - base_offset_));
      written_timestamp_ = max_timestamp_;
    }
    indexed_position_ = position;
  }
  return ok();
}

void IndexBuilder::append(const AbortedSpan& aborted) {
  files_.transactions += write_transaction_index({&aborted, 1});
}

IndexFiles IndexBuilder::files() const {
  IndexFiles files = files_;
  if (max_timestamp_ > written_timestamp_) {
    append_big_endian(files.times, max_timestamp_);
    append_big_endian(files.times, static_cast<std::int32_t>(max_timestamp_offset_ - base_offset_));
  }
  return files;
}

Result<OffsetIndex> OffsetIndex::open(Bytes file, std::int64_t base_offset) {
  ARKIVE_TRY(check_base("offset", base_offset));
  if (file.size() % kSize != 0) {
    return fail(index_error("offset", std::to_string(file.size()) + " bytes are no multiple of 8"));
  }
  const OffsetIndex index(file.substr(0, without_filling(file, kSize) * kSize), base_offset);
  for (std::size_t number = 0; number < index.size(); ++number) {
    const auto relative = load_big_endian<std::int32_t>(file.data() + number * kSize);
    const auto position = load_big_endian<std::int32_t>(file.data() + number * kSize + 4);
    const bool ascends = number == 0 || (index.entry(number).offset > index.entry(number - 1).offset &&
                                         index.entry(number).position > index.entry(number - 1).position);
    if (relative < 0 || position < 0 || !ascends) {
      return fail(index_error("offset", "entry " + std::to_string(number) + " (" + std::to_string(relative) +
                                            " at byte " + std::to_string(position) +
                                            ") does not come after the one before"));
    }
  }
  return index;
}

OffsetIndex::Entry OffsetIndex::entry(std::size_t number) const {
  const char* const at = file_.data() + number * kSize;
  return {base_offset_ + load_big_endian<std::int32_t>(at),
          static_cast<std::uint64_t>(load_big_endian<std::int32_t>(at + 4))};
}

OffsetIndex::Entry OffsetIndex::lookup(std::int64_t offset) const {
  std::size_t low = 0;
  std::size_t high = size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (entry(middle).offset <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low == 0 ? Entry{base_offset_, 0} : entry(low - 1);
}

Result<TimeIndex> TimeIndex::open(Bytes file, std::int64_t base_offset) {
  ARKIVE_TRY(check_base("time", base_offset));
  if (file.size() % kSize != 0) {
    return fail(index_error("time", std::to_string(file.size()) + " bytes are no multiple of 12"));
  }
  const TimeIndex index(file.substr(0, without_filling(file, kSize) * kSize), base_offset);
  for (std::size_t number = 0; number < index.size(); ++number) {
    const auto relative = load_big_endian<std::int32_t>(file.data() + number * kSize + 8);
    const bool ascends = number == 0 || (index.entry(number).timestamp > index.entry(number - 1).timestamp &&
                                         index.entry(number).offset >= index.entry(number - 1).offset);
    if (relative < 0 || !ascends) {
      return fail(index_error("time", "entry " + std::to_string(number) + " (time " +
                                          std::to_string(index.entry(number).timestamp) + ", offset " +
                                          std::to_string(relative) + ") does not come after the one before"));
    }
  }
  return index;
}

TimeIndex::Entry TimeIndex::entry(std::size_t number) const {
  const char* const at = file_.data() + number * kSize;
  return {load_big_endian<std::int64_t>(at), base_offset_ + load_big_endian<std::int32_t>(at + 8)};
}

TimeIndex::Entry TimeIndex::lookup(UnixMilliseconds time) const {
  std::size_t low = 0;
  std::size_t high = size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (entry(middle).timestamp < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low == 0 ? Entry{kNoTimestamp, base_offset_} : entry(low - 1);
}

Result<std::vector<AbortedSpan>> read_transaction_index(Bytes file) {
  if (file.size() % kAbortedSize != 0) {
    return fail(index_error("transaction", std::to_string(file.size()) + " bytes are no multiple of 34"));
  }
  std::vector<AbortedSpan> aborted;
  aborted.reserve(file.size() / kAbortedSize);
  for (; !file.empty(); file.remove_prefix(kAbortedSize)) {
    const char* const at = file.data();
    const auto version = load_big_endian<std::int16_t>(at);
    if (version != 0) {
      return fail(index_error("transaction", "version " + std::to_string(version) + " is not known"));
    }
    const AbortedSpan span{load_big_endian<std::int64_t>(at + 2), load_big_endian<std::int64_t>(at + 10),
                           load_big_endian<std::int64_t>(at + 18), load_big_endian<std::int64_t>(at + 26)};
    if (!aborted.empty() && span.last_offset <= aborted.back().last_offset) {
      return fail(index_error("transaction", "entry " + std::to_string(aborted.size()) +
                                                 " with last offset " + std::to_string(span.last_offset) +
                                                 " does not come after the one before"));
    }
    aborted.push_back(span);
  }
  return aborted;
}

std::string write_transaction_index(std::span<const AbortedSpan> aborted) {
  std::string file;
  for (const AbortedSpan& span : aborted) {
    append_big_endian<std::int16_t>(file, 0);
    append_big_endian(file, span.producer_id);
    append_big_endian(file, span.first_offset);
    append_big_endian(file, span.last_offset);
    append_big_endian(file, span.last_stable_offset);
  }
  return file;
}

Result<IndexCheck> IndexCheck::open(Bytes offsets, Bytes times, std::int64_t base_offset) {
  ARKIVE_ASSIGN(const OffsetIndex offset_index, OffsetIndex::open(offsets, base_offset));
  ARKIVE_ASSIGN(const TimeIndex time_index, TimeIndex::open(times, base_offset));
  return IndexCheck(offset_index, time_index);
}

Status IndexCheck::entry(const LogEntry& entry, std::uint64_t position) {
  if (next_offset_entry_ < offsets_.size()) {
    const OffsetIndex::Entry indexed = offsets_.entry(next_offset_entry_);
    if (indexed.position < position) {
      return fail(contradiction(
          entry, position,
          "the offset index points at byte " + std::to_string(indexed.position) + ", where no entry begins"));
    }
    if (indexed.position == position) {
      if (indexed.offset <= last_offset_) {
        return fail(contradiction(entry, position,
                                  "the offset index has offset " + std::to_string(indexed.offset) +
                                      " here, but offsets to " + std::to_string(last_offset_) +
                                      " stand before"));
      }
      ++next_offset_entry_;
    }
  }
  // Entries that end before the indexed offset have been shown, this one not: none may be later than indexed.
  while (next_time_entry_ < times_.size() && times_.entry(next_time_entry_).offset <= entry.last_offset) {
    const TimeIndex::Entry indexed = times_.entry(next_time_entry_);
    if (max_timestamp_ > indexed.timestamp) {
      return fail(contradiction(entry, position,
                                "the time index has time " + std::to_string(indexed.timestamp) +
                                    " up to here, but a record before is of " +
                                    std::to_string(max_timestamp_)));
    }
    ++next_time_entry_;
  }
  last_offset_ = entry.last_offset;
  max_timestamp_ = std::max(max_timestamp_, entry.max_timestamp);
  return ok();
}

Status IndexCheck::finish() const {
  if (next_offset_entry_ == offsets_.size() && next_time_entry_ == times_.size()) return ok();
  const bool offsets = next_offset_entry_ < offsets_.size();
  const std::int64_t beyond =
      offsets ? offsets_.entry(next_offset_entry_).offset : times_.entry(next_time_entry_).offset;
  return fail(Outcome::kCorrupt,
              "check index: the " + std::string(offsets ? "offset" : "time") + " index tells of offset " +
                  std::to_string(beyond) + ", the segment ends with " + std::to_string(last_offset_),
              "the segment itself is right; its index files can be made anew from it");
}

}  // namespace arkive::kafka
