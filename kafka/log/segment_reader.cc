#include "kafka/log/segment_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "kafka/log/index.h"
#include "kafka/log/large_entry.h"
#include "stores/core/handle.h"

namespace arkive::kafka {
namespace {

constexpr std::size_t kPiece = 1 << 20;

/// Reads pieces of an open file into memory of its own.
class FilePieces {
 public:
  FilePieces(UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Result<Bytes> read(std::uint64_t offset, std::size_t size) {
    if (memory_size_ < size) {
      memory_ = std::make_unique_for_overwrite<char[]>(size);
      memory_size_ = size;
    }
    std::size_t done = 0;
    while (done < size) {
      const ssize_t got =
          ::pread(fd_.get(), memory_.get() + done, size - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return fail(system_error("read", path_, errno));
      if (got == 0) {
        return fail(Outcome::kCorrupt,
                    "read '" + path_ + "': it ends at byte " + std::to_string(offset + done) + ", too early");
      }
      done += static_cast<std::size_t>(got);
    }
    return Bytes(memory_.get(), size);
  }

 private:
  UniqueFd fd_;
  std::string path_;
  std::unique_ptr<char[]> memory_;
  std::size_t memory_size_ = 0;
};

}  // namespace

Result<SegmentReader> SegmentReader::open(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd) return fail(system_error("open", path, errno));
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return fail(system_error("look at", path, errno));
  if (!S_ISREG(status.st_mode)) return fail(Outcome::kFail, "open '" + path + "': it is no file");
  (void)::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  auto pieces = std::make_shared<FilePieces>(std::move(fd), path);
  return SegmentReader(
      path, static_cast<std::uint64_t>(status.st_size),
      [pieces](std::uint64_t offset, std::size_t size) { return pieces->read(offset, size); });
}

SegmentReader SegmentReader::over(Bytes bytes) {
  return {"segment", bytes.size(), [bytes](std::uint64_t offset, std::size_t size) -> Result<Bytes> {
            return bytes.substr(static_cast<std::size_t>(offset), size);
          }};
}

SegmentReader::SegmentReader(std::string name, std::uint64_t size, ReadBytes read)
    : name_(std::move(name)), size_(size), read_(std::move(read)) {}

Status SegmentReader::load(std::uint64_t position, std::size_t least) {
  const auto size =
      static_cast<std::size_t>(std::min<std::uint64_t>(std::max(kPiece, least), size_ - position));
  loaded_ = {};
  ARKIVE_ASSIGN(loaded_, read_(position, size));
  const std::size_t got = loaded_.size();
  if (got > size || got < std::min(std::max<std::size_t>(least, 1), size)) {
    loaded_ = {};
    ARKIVE_TRY(read_(position + got, size - std::min(got, size)));  // says why
    return fail(Outcome::kCorrupt, "read '" + name_ + "' at byte " + std::to_string(position) + ": " +
                                       std::to_string(got) + " bytes came instead of " +
                                       std::to_string(size));
  }
  loaded_from_ = position;
  return ok();
}

Result<std::uint64_t> SegmentReader::for_each_entry(CrcCheck check, const Visit& visit, std::uint64_t from) {
  std::uint64_t position = from;
  LogEntry entry;
  const auto where = [&] { return "read '" + name_ + "' at byte " + std::to_string(position); };
  while (position < size_) {
    const bool loaded = position >= loaded_from_ && position < loaded_from_ + loaded_.size();
    if (!loaded) ARKIVE_TRY(load(position, 0));
    const Bytes rest = loaded_.substr(static_cast<std::size_t>(position - loaded_from_));
    const EntryState state = read_entry(rest, entry);
    if (state == EntryState::kCutShort) {
      if (position + rest.size() == size_) return position;  // by the end of the segment
      // By the end of the piece. Its length is believed only as far as the segment reaches.
      const std::uint64_t told = rest.size() >= kEntryPrefix ? told_size(rest) : kEntryPrefix;
      if (told > size_ - position) return position;
      if (told > kLargeEntry) {
        loaded_ = {};
        const Status sound = check_large_entry(read_, position, told);
        if (!sound) return fail(sound.error().within(where()));
      }
      ARKIVE_TRY(load(position, std::max(static_cast<std::size_t>(told), rest.size() + 1)));
      continue;
    }
    if (state != EntryState::kWhole) return fail(entry_error(state, rest).within(where()));
    if (check == CrcCheck::kYes && computed_crc(entry) != entry.crc) {
      return fail(check_crc(entry).error().within(where()));
    }
    const std::uint64_t end = position + entry.bytes.size();
    ARKIVE_ASSIGN(const Walk walk, visit(entry, position));
    position = end;
    if (walk == Walk::kEnough) break;
  }
  return position;
}

Result<std::optional<PlacedEntry>> SegmentReader::first_where(
    const std::function<bool(const LogEntry&)>& wanted, std::uint64_t from) {
  std::optional<PlacedEntry> found;
  if (from > size_) {
    return fail(Outcome::kCorrupt, "read '" + name_ + "': its index points at byte " + std::to_string(from) +
                                       ", it has " + std::to_string(size_));
  }
  ARKIVE_TRY(for_each_entry(
      CrcCheck::kNo,
      [&](const LogEntry& entry, std::uint64_t position) -> Result<Walk> {
        if (!wanted(entry)) return Walk::kOn;
        found = PlacedEntry{entry, position};
        return Walk::kEnough;
      },
      from));
  return found;
}

Result<std::optional<PlacedEntry>> SegmentReader::find_offset(std::int64_t offset, std::int64_t base_offset,
                                                              Bytes offset_index) {
  ARKIVE_ASSIGN(const OffsetIndex index, OffsetIndex::open(offset_index, base_offset));
  return first_where([&](const LogEntry& entry) { return entry.last_offset >= offset; },
                     index.lookup(offset).position);
}

Result<std::optional<PlacedEntry>> SegmentReader::find_time(UnixMilliseconds time, std::int64_t base_offset,
                                                            Bytes time_index, Bytes offset_index) {
  ARKIVE_ASSIGN(const TimeIndex times, TimeIndex::open(time_index, base_offset));
  ARKIVE_ASSIGN(const OffsetIndex offsets, OffsetIndex::open(offset_index, base_offset));
  return first_where([&](const LogEntry& entry) { return entry.max_timestamp >= time; },
                     offsets.lookup(times.lookup(time).offset).position);
}

}  // namespace arkive::kafka
