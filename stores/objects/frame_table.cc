#include "stores/objects/frame_table.h"

#include <algorithm>

namespace arkive::objects {

namespace {

// RFC 8878, 3.1.2: zstd passes over a frame that begins so.
constexpr std::uint32_t kSkippable = 0x184D2A5A;
constexpr std::size_t kNumber = 4;
constexpr std::size_t kHead = 2 * kNumber;
constexpr std::size_t kEntry = 3 * kNumber;
constexpr std::size_t kHash = 32;
constexpr std::size_t kTail = kNumber + kHash;
constexpr std::uint64_t kMostFrames = 1 << 24;
constexpr std::uint64_t kFirstRead = 64 * 1024;

/// Little-endian, as zstd's own numbers.
void append(std::string& to, std::uint64_t value) {
  for (std::size_t i = 0; i < kNumber; ++i) to += static_cast<char>(value >> (8 * i) & 0xff);
}

std::uint64_t number_at(Bytes from, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = kNumber; i-- > 0;) value = value << 8 | static_cast<unsigned char>(from[at + i]);
  return value;
}

std::size_t size_of_table(std::uint64_t frames) {
  return kHead + kEntry * static_cast<std::size_t>(frames) + kTail;
}

}  // namespace

void FrameTable::add(std::uint64_t bytes, std::uint64_t size, std::uint64_t files) {
  frames_.push_back({end(), bytes, size, this->files(), files});
}

std::uint64_t FrameTable::end() const {
  return frames_.empty() ? 0 : frames_.back().offset + frames_.back().bytes;
}

std::uint64_t FrameTable::files() const {
  return frames_.empty() ? 0 : frames_.back().first_file + frames_.back().files;
}

std::string FrameTable::without_hash() const {
  std::string table;
  append(table, kSkippable);
  append(table, size_of_table(frames_.size()) - kHead);
  for (const Frame& frame : frames_) {
    append(table, frame.bytes);
    append(table, frame.size);
    append(table, frame.files);
  }
  append(table, frames_.size());
  return table;
}

Result<FrameTable> FrameTable::read(const Store& store, std::string_view key) {
  ARKIVE_ASSIGN(const Store::Object object, store.head(key, Deadline::never()));
  const auto damaged = [&](const char* why) {
    return fail(Outcome::kCorrupt, "read '" + printable(store.name() + "/" + object.key) + "': " + why);
  };
  if (object.size < size_of_table(1)) return damaged("it is too short");
  std::uint64_t from = object.size - std::min(object.size, kFirstRead);
  ARKIVE_ASSIGN(std::string end, store.get(key, from, object.size - from, Deadline::never()));
  const std::uint64_t count = number_at(end, end.size() - kTail);
  if (count == 0 || count > kMostFrames || size_of_table(count) > object.size) {
    return damaged("no table of its frames is at its end");
  }
  const std::size_t size = size_of_table(count);
  if (size > end.size()) {
    from = object.size - size;
    ARKIVE_ASSIGN(end, store.get(key, from, size, Deadline::never()));
  }
  const Bytes table = Bytes(end).substr(end.size() - size);
  if (number_at(table, 0) != kSkippable || number_at(table, kNumber) != size - kHead) {
    return damaged("no table of its frames is at its end");
  }
  FrameTable read;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = kHead + kEntry * i;
    read.add(number_at(table, at), number_at(table, at + kNumber), number_at(table, at + 2 * kNumber));
  }
  if (read.end() != object.size - size) return damaged("the frames of its table do not fill it");
  const Bytes hash = table.substr(size - kHash);
  std::transform(hash.begin(), hash.end(), read.sha256_.begin(),
                 [](char c) { return static_cast<unsigned char>(c); });
  return read;
}

const FrameTable::Frame& FrameTable::frame_of(std::uint64_t file) const {
  const auto after = std::upper_bound(
      frames_.begin(), frames_.end(), file,
      [](std::uint64_t wanted, const Frame& frame) { return wanted < frame.first_file + frame.files; });
  return *after;
}

}  // namespace arkive::objects
