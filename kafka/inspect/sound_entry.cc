#include <algorithm>
#include <limits>
#include <string>

#include "kafka/inspect/sound_entry_internal.h"
#include "kafka/log/batch.h"
#include "kafka/log/large_entry.h"
#include "stores/core/interrupt.h"

namespace arkive::kafka::inspecting {
namespace {

constexpr std::size_t kWindow = 1 << 20;
/// What may be read of entries that turn out to be none, in sizes of the file: far more than any log needs,
/// and the search ends whatever somebody has put there.
constexpr std::uint64_t kMostTried = 16;

bool is_in_range(std::int64_t offset, std::int64_t least) {
  return offset >= least && offset - least <= std::numeric_limits<std::int32_t>::max();
}

/// From its first 17 bytes; not of one above 16 MiB.
bool may_be_entry(const char* at, std::int64_t least_offset, std::uint64_t available) {
  if (at[8] != 0 || (at[9] | at[10] | at[11]) == 0 || at[16] < 0 || at[16] > 2) return false;
  if (!is_in_range(load_big_endian<std::int64_t>(at), least_offset)) return false;
  const auto length = static_cast<std::uint64_t>(load_big_endian<std::int32_t>(at + 8));
  return length > kOutsideCrc - kEntryPrefix && kEntryPrefix + length <= available;
}

}  // namespace

Result<bool> is_sound_entry(SegmentFile& file, std::uint64_t position, std::int64_t least_offset) {
  const std::uint64_t available = file.size() - position;
  ARKIVE_ASSIGN(Bytes bytes, file.read(position, std::min<std::uint64_t>(kBatchHeader, available)));
  LogEntry entry;
  if (read_entry_header(bytes, available, entry) != EntryState::kWhole) return false;
  if (!is_in_range(entry.first_offset == kUnknownOffset ? entry.last_offset : entry.first_offset,
                   least_offset)) {
    return false;
  }
  const std::uint64_t size = told_size(bytes);
  if (size > kLargeEntry) {
    const Status sound = check_large_entry(
        [&](std::uint64_t offset, std::size_t wanted) { return file.read(offset, wanted); }, position, size);
    if (!sound && sound.error().outcome != Outcome::kCorrupt) return fail(sound.error());
    return sound.has_value();
  }
  ARKIVE_ASSIGN(bytes, file.read(position, static_cast<std::size_t>(size)));
  return read_entry(bytes, entry) == EntryState::kWhole && computed_crc(entry) == entry.crc;
}

Result<std::uint64_t> find_sound_entry(SegmentFile& file, std::uint64_t from, std::int64_t least_offset) {
  std::string window;
  std::uint64_t tried = 0;
  while (from + kOutsideCrc <= file.size()) {
    ARKIVE_TRY(check_interrupt("inspect log directories"));
    ARKIVE_ASSIGN(const Bytes piece, file.read(from, std::min<std::uint64_t>(kWindow, file.size() - from)));
    window.assign(piece);
    const std::size_t begins = window.size() - kOutsideCrc + 1;
    for (std::size_t i = 0; i < begins; ++i) {
      const std::uint64_t position = from + i;
      if (!may_be_entry(window.data() + i, least_offset, file.size() - position)) continue;
      tried += told_size(Bytes(window).substr(i));
      if (tried / kMostTried > file.size()) return file.size();
      ARKIVE_ASSIGN(const bool sound, is_sound_entry(file, position, least_offset));
      if (sound) return position;
    }
    from += begins;
  }
  return file.size();
}

}  // namespace arkive::kafka::inspecting
