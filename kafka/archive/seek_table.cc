#include "kafka/archive/seek_table.h"

#include <algorithm>

namespace arkive::kafka {
namespace {

constexpr std::uint32_t kSkippableMagic = 0x184D2A5E;
constexpr std::uint32_t kSeekableMagic = 0x8F92EAB1;
constexpr std::size_t kHead = 8;
constexpr std::size_t kEntry = 8;
constexpr std::size_t kEntryWithChecksum = 12;
constexpr unsigned char kHasChecksums = 0x80;
constexpr unsigned char kReserved = 0x7c;
// What does not compress becomes some bytes longer for every 128 KiB.
constexpr std::uint64_t kMostStored = SeekTable::kMostSize + (SeekTable::kMostSize >> 8) + 1024;

std::uint32_t load_little_endian(const char* from) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(from[i]);
  return value;
}

void append_little_endian(std::string& to, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) to.push_back(static_cast<char>(value >> shift & 0xff));
}

tl::unexpected<Error> damaged(const std::string& why) {
  return fail(Outcome::kCorrupt, "read its seek table: " + why);
}

}  // namespace

void SeekTable::add(std::uint32_t stored_size, std::uint32_t size) {
  Frame frame;
  if (!frames_.empty()) {
    frame.stored_at = frames_.back().stored_at + frames_.back().stored_size;
    frame.at = frames_.back().at + frames_.back().size;
  }
  frame.stored_size = stored_size;
  frame.size = size;
  frames_.push_back(frame);
}

std::string SeekTable::encode() const {
  std::string table;
  table.reserve(kHead + frames_.size() * kEntry + kFooter);
  append_little_endian(table, kSkippableMagic);
  append_little_endian(table, static_cast<std::uint32_t>(frames_.size() * kEntry + kFooter));
  for (const Frame& frame : frames_) {
    append_little_endian(table, frame.stored_size);
    append_little_endian(table, frame.size);
  }
  append_little_endian(table, static_cast<std::uint32_t>(frames_.size()));
  table.push_back(0);
  append_little_endian(table, kSeekableMagic);
  return table;
}

Result<std::uint64_t> SeekTable::size_from_footer(Bytes footer) {
  if (footer.size() != kFooter || load_little_endian(footer.data() + 5) != kSeekableMagic) {
    return damaged("the file does not end with one");
  }
  const auto descriptor = static_cast<unsigned char>(footer[4]);
  if ((descriptor & kReserved) != 0) return damaged("it is of a kind that is not known");
  const std::uint32_t frames = load_little_endian(footer.data());
  if (frames > kMostFrames) {
    return damaged(std::to_string(frames) + " frames, more than " + std::to_string(kMostFrames));
  }
  const std::size_t entry = (descriptor & kHasChecksums) != 0 ? kEntryWithChecksum : kEntry;
  return kHead + frames * entry + kFooter;
}

Result<SeekTable> SeekTable::parse(Bytes table, std::uint64_t stored_bytes, std::uint64_t bytes) {
  const Bytes footer = table.substr(table.size() - std::min(table.size(), kFooter));
  ARKIVE_ASSIGN(const std::uint64_t size, size_from_footer(footer));
  if (table.size() != size || size > stored_bytes || load_little_endian(table.data()) != kSkippableMagic ||
      load_little_endian(table.data() + 4) != size - kHead) {
    return damaged("it does not begin where its end says");
  }
  const std::uint32_t count = load_little_endian(footer.data());
  SeekTable read;
  read.frames_.reserve(count);
  const std::size_t entry = count == 0 ? 0 : (table.size() - kHead - kFooter) / count;
  for (std::uint32_t i = 0; i < count; ++i) {
    const char* const at = table.data() + kHead + i * entry;
    const std::uint32_t stored_size = load_little_endian(at);
    const std::uint32_t holds = load_little_endian(at + 4);
    if (stored_size == 0 || holds == 0 || holds > kMostSize || stored_size > kMostStored) {
      return damaged("frame " + std::to_string(i) + " has " + std::to_string(stored_size) +
                     " bytes and holds " + std::to_string(holds));
    }
    read.add(stored_size, holds);
  }
  const Frame end = read.frames_.empty() ? Frame() : read.frames_.back();
  if (end.stored_at + end.stored_size != stored_bytes - size || end.at + end.size != bytes) {
    return damaged("its frames have " + std::to_string(end.stored_at + end.stored_size) + " bytes and hold " +
                   std::to_string(end.at + end.size) + ", not " + std::to_string(stored_bytes - size) +
                   " and " + std::to_string(bytes));
  }
  return read;
}

const SeekTable::Frame& SeekTable::frame_at(std::uint64_t position) const {
  const auto behind =
      std::upper_bound(frames_.begin(), frames_.end(), position,
                       [](std::uint64_t wanted, const Frame& frame) { return wanted < frame.at; });
  return *(behind - 1);
}

}  // namespace arkive::kafka
