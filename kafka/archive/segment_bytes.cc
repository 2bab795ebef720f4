#include "kafka/archive/segment_bytes.h"

#include <zstd.h>

#include <algorithm>
#include <new>

#include "stores/core/handle.h"

namespace arkive::kafka {

struct SegmentBytes::Frames {
  SeekTable table;
  Handle<ZSTD_DCtx, ZSTD_freeDCtx> context{ZSTD_createDCtx()};
  std::unique_ptr<char[]> memory;
  std::size_t room = 0;
  SeekTable::Frame loaded;  // its size is 0: none
};

SegmentBytes::SegmentBytes(ObjectBytes stored, std::uint64_t bytes)
    : stored_(std::move(stored)), bytes_(bytes) {}
SegmentBytes::~SegmentBytes() = default;
SegmentBytes::SegmentBytes(SegmentBytes&&) noexcept = default;
SegmentBytes& SegmentBytes::operator=(SegmentBytes&&) noexcept = default;

Result<SegmentBytes> SegmentBytes::open(const Store& store, std::string key, const ArchivedSegment& facts,
                                        Deadline deadline) {
  ARKIVE_ASSIGN(const Store::Object object, store.head(key, deadline));
  if (object.size != facts.stored_bytes()) {
    return fail(Outcome::kCorrupt, "read '" + key + "' of store '" + printable(store.name()) + "': it has " +
                                       std::to_string(object.size) + " bytes, its list says " +
                                       std::to_string(facts.stored_bytes()));
  }
  SegmentBytes opened(ObjectBytes(store, std::move(key), object.size, deadline), facts.bytes);
  if (facts.is_compressed()) ARKIVE_TRY(opened.open_frames(store, object.size, deadline));
  return opened;
}

Status SegmentBytes::open_frames(const Store& store, std::uint64_t stored_bytes, Deadline deadline) {
  const auto damaged = [&](const Error& error) { return fail(error.within("read '" + key() + "'")); };
  frames_ = std::make_unique<Frames>();
  if (frames_->context == nullptr) throw std::bad_alloc();
  const std::uint64_t footer_size = std::min<std::uint64_t>(stored_bytes, SeekTable::kFooter);
  ARKIVE_ASSIGN(const std::string footer,
                store.get(key(), stored_bytes - footer_size, footer_size, deadline));
  const auto size = SeekTable::size_from_footer(footer);
  if (!size) return damaged(size.error());
  const std::uint64_t there = std::min(*size, stored_bytes);
  ARKIVE_ASSIGN(const std::string table, store.get(key(), stored_bytes - there, there, deadline));
  auto parsed = SeekTable::parse(table, stored_bytes, bytes_);
  if (!parsed) return damaged(parsed.error());
  frames_->table = std::move(*parsed);
  return ok();
}

const SeekTable* SegmentBytes::frames() const {
  return frames_ == nullptr ? nullptr : &frames_->table;
}

Result<Bytes> SegmentBytes::frame(const SeekTable::Frame& frame) {
  Frames& frames = *frames_;
  if (frames.loaded == frame) return Bytes(frames.memory.get(), frame.size);
  frames.loaded = {};
  ARKIVE_ASSIGN(const Bytes stored, stored_.read(frame.stored_at, frame.stored_size));
  if (frames.room < frame.size) {
    frames.memory = std::make_unique_for_overwrite<char[]>(frame.size);
    frames.room = frame.size;
  }
  const std::size_t size = ZSTD_decompressDCtx(frames.context.get(), frames.memory.get(), frame.size,
                                               stored.data(), stored.size());
  if (size != frame.size) {
    return fail(Outcome::kCorrupt,
                "read '" + key() + "' at byte " + std::to_string(frame.stored_at) +
                    ": the frame of segment bytes " + std::to_string(frame.at) + " to " +
                    std::to_string(frame.at + frame.size - 1) + " is damaged: " +
                    (ZSTD_isError(size) != 0 ? ZSTD_getErrorName(size)
                                             : "it holds " + std::to_string(size) + " bytes"));
  }
  frames.loaded = frame;
  return Bytes(frames.memory.get(), frame.size);
}

Result<Bytes> SegmentBytes::read(std::uint64_t offset, std::size_t size) {
  if (size == 0) return Bytes();
  if (frames_ == nullptr) return stored_.read(offset, size);
  if (size > bytes_ || offset > bytes_ - size) {
    return fail(Outcome::kCorrupt, "read '" + key() + "': the segment has " + std::to_string(bytes_) +
                                       " bytes, it ends before byte " + std::to_string(offset) + " and " +
                                       std::to_string(size) + " more");
  }
  piece_.clear();
  while (true) {
    const SeekTable::Frame& at = frames_->table.frame_at(offset);
    const Result<Bytes> bytes = frame(at);
    if (!bytes && bytes.error().outcome == Outcome::kCorrupt && !piece_.empty()) return Bytes(piece_);
    if (!bytes) return fail(bytes.error());
    const Bytes part = bytes->substr(static_cast<std::size_t>(offset - at.at), size - piece_.size());
    if (part.size() == size) return part;
    if (piece_.empty()) piece_.reserve(size);
    piece_ += part;
    if (piece_.size() == size) return Bytes(piece_);
    offset += part.size();
  }
}

Result<std::string> SegmentBytes::take(std::uint64_t offset, std::size_t size) {
  if (size == 0) return std::string();
  if (frames_ == nullptr) return stored_.take(offset, size);
  ARKIVE_ASSIGN(const Bytes bytes, read(offset, size));
  return std::string(bytes);
}

}  // namespace arkive::kafka
