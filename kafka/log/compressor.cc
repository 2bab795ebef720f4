#include "kafka/log/compressor.h"

#include <lz4frame.h>
#include <snappy-c.h>
#include <zlib.h>
#include <zstd.h>

#include <limits>

#include "stores/core/handle.h"

namespace arkive::kafka {
namespace {

struct EndDeflate {
  void operator()(z_stream* stream) const noexcept {
    (void)deflateEnd(stream);
    delete stream;
  }
};

}  // namespace

struct Compressor::State {
  std::string to;
  std::unique_ptr<z_stream, EndDeflate> gzip;
  Handle<ZSTD_CCtx, ZSTD_freeCCtx> zstd;

  const char* gzip_all(Bytes from) {
    constexpr int kGzipWindow = 15 + 16;
    constexpr int kMemoryLevel = 8;
    if (gzip == nullptr) {
      auto stream = std::make_unique<z_stream>();
      if (deflateInit2(stream.get(), Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                       Z_DEFAULT_STRATEGY) != Z_OK) {
        return "zlib did not start";
      }
      gzip.reset(stream.release());
    }
    if (from.size() > std::numeric_limits<uInt>::max() / 2) return "it is too long";
    if (deflateReset(gzip.get()) != Z_OK) return "zlib did not start";
    to.resize(deflateBound(gzip.get(), from.size()));
    gzip->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(from.data()));
    gzip->avail_in = static_cast<uInt>(from.size());
    gzip->next_out = reinterpret_cast<Bytef*>(to.data());
    gzip->avail_out = static_cast<uInt>(to.size());
    if (deflate(gzip.get(), Z_FINISH) != Z_STREAM_END) return "zlib did not come to an end";
    to.resize(to.size() - gzip->avail_out);
    return nullptr;
  }

  const char* snappy_all(Bytes from) {
    std::size_t size = snappy_max_compressed_length(from.size());
    to.resize(size);
    if (snappy_compress(from.data(), from.size(), to.data(), &size) != SNAPPY_OK) return "snappy refused it";
    to.resize(size);
    return nullptr;
  }

  const char* lz4_all(Bytes from) {
    LZ4F_preferences_t preferences{};
    preferences.frameInfo.blockMode = LZ4F_blockIndependent;
    preferences.frameInfo.blockSizeID = LZ4F_max64KB;
    to.resize(LZ4F_compressFrameBound(from.size(), &preferences));
    const std::size_t size = LZ4F_compressFrame(to.data(), to.size(), from.data(), from.size(), &preferences);
    if (LZ4F_isError(size) != 0) return LZ4F_getErrorName(size);
    to.resize(size);
    return nullptr;
  }

  const char* zstd_all(Bytes from) {
    if (zstd == nullptr) zstd.reset(ZSTD_createCCtx());
    if (zstd == nullptr) return "libzstd did not start";
    to.resize(ZSTD_compressBound(from.size()));
    const std::size_t size =
        ZSTD_compressCCtx(zstd.get(), to.data(), to.size(), from.data(), from.size(), ZSTD_CLEVEL_DEFAULT);
    if (ZSTD_isError(size) != 0) return ZSTD_getErrorName(size);
    to.resize(size);
    return nullptr;
  }
};

Compressor::Compressor() = default;
Compressor::~Compressor() = default;
Compressor::Compressor(Compressor&&) noexcept = default;
Compressor& Compressor::operator=(Compressor&&) noexcept = default;

Result<Bytes> Compressor::compress(Codec codec, Bytes from) {
  if (codec == Codec::kNone) return from;
  if (state_ == nullptr) state_ = std::make_unique<State>();
  const char* wrong = nullptr;
  switch (codec) {
    case Codec::kGzip:
      wrong = state_->gzip_all(from);
      break;
    case Codec::kSnappy:
      wrong = state_->snappy_all(from);
      break;
    case Codec::kLz4:
      wrong = state_->lz4_all(from);
      break;
    case Codec::kZstd:
      wrong = state_->zstd_all(from);
      break;
    default:
      wrong = "no such codec is known";
  }
  if (wrong != nullptr) {
    return fail(Outcome::kFail, "compress " + human_size(from.size()) + " with " +
                                    std::string(codec_name(codec)) + ": " + wrong);
  }
  return Bytes(state_->to);
}

}  // namespace arkive::kafka
