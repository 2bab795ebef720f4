#include "kafka/archive/segment_output.h"

#include <zstd.h>

#include <new>

#include "stores/core/handle.h"

namespace arkive::kafka {
namespace {

// The fastest that still finds what JSON repeats; half a GB/s.
constexpr int kLevel = 1;

}  // namespace

struct FrameCompressor::State {
  Handle<ZSTD_CCtx, ZSTD_freeCCtx> context{ZSTD_createCCtx()};
  std::size_t room = ZSTD_compressBound(kMostSize);
  std::unique_ptr<char[]> memory = std::make_unique_for_overwrite<char[]>(room);
};

FrameCompressor::FrameCompressor() : state_(std::make_unique<State>()) {
  if (state_->context == nullptr) throw std::bad_alloc();
  (void)ZSTD_CCtx_setParameter(state_->context.get(), ZSTD_c_compressionLevel, kLevel);
  (void)ZSTD_CCtx_setParameter(state_->context.get(), ZSTD_c_checksumFlag, 1);
}
FrameCompressor::~FrameCompressor() = default;

Result<Bytes> FrameCompressor::compress(Bytes from) {
  const std::size_t size =
      ZSTD_compress2(state_->context.get(), state_->memory.get(), state_->room, from.data(), from.size());
  if (ZSTD_isError(size) != 0) {
    return fail(Outcome::kFail, "compress " + human_size(from.size()) + ": " + ZSTD_getErrorName(size));
  }
  return Bytes(state_->memory.get(), size);
}

std::unique_ptr<FrameCompressor> FrameCompressors::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      auto compressor = std::move(free_.back());
      free_.pop_back();
      return compressor;
    }
  }
  return std::make_unique<FrameCompressor>();
}

void FrameCompressors::give_back(std::unique_ptr<FrameCompressor> compressor) {
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(compressor));
}

SegmentOutput::SegmentOutput(std::unique_ptr<ObjectWriter> object, FrameCompressors* compressors)
    : object_(std::move(object)), compressors_(compressors) {}

Status SegmentOutput::put(Bytes bytes) {
  hash_.update(bytes);
  stored_bytes_ += bytes.size();
  return object_->write(bytes);
}

Status SegmentOutput::compress(FrameCompressor& compressor, Bytes bytes) {
  if (bytes.empty()) return ok();
  // Frames of the same size, so that none is a small rest.
  const std::size_t count = (bytes.size() - 1) / FrameCompressor::kMostSize + 1;
  const std::size_t size = (bytes.size() - 1) / count + 1;
  while (!bytes.empty()) {
    const Bytes piece = bytes.substr(0, size);
    ARKIVE_ASSIGN(const Bytes frame, compressor.compress(piece));
    frames_.add(static_cast<std::uint32_t>(frame.size()), static_cast<std::uint32_t>(piece.size()));
    ARKIVE_TRY(put(frame));
    bytes.remove_prefix(piece.size());
  }
  return ok();
}

Status SegmentOutput::write(Bytes bytes) {
  if (compressors_ == nullptr) return put(bytes);
  auto compressor = compressors_->take();
  Status done = compress(*compressor, bytes);
  compressors_->give_back(std::move(compressor));
  return done;
}

void SegmentOutput::append_frames(const SeekTable& others) {
  for (const SeekTable::Frame& frame : others.frames()) frames_.add(frame.stored_size, frame.size);
}

Status SegmentOutput::finish() {
  if (compressors_ != nullptr) ARKIVE_TRY(put(frames_.encode()));
  ARKIVE_TRY(object_->finish());
  object_.reset();
  sha256_ = hex(hash_.finish());
  return ok();
}

}  // namespace arkive::kafka
