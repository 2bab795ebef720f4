#include "kafka/log/codec.h"

#include <zlib.h>
#include <zstd.h>

#include <limits>

#include "kafka/log/output_buffer_internal.h"
#include "stores/core/handle.h"

namespace arkive::kafka {
namespace {

constexpr int kMostWindowLog = 27;
constexpr std::size_t kLeastRoom = 64 << 10;

/// How much room a stream gets next: growing with what there is, one byte beyond what is allowed at most, so
/// that too much shows.
std::size_t next_room(const OutputBuffer& to, std::size_t compressed) {
  const std::size_t wish = std::max({kLeastRoom, to.size(), std::min<std::size_t>(4 * compressed, 16 << 20)});
  return static_cast<std::size_t>(std::min<std::uint64_t>(wish, to.left() + 1));
}

struct EndInflate {
  void operator()(z_stream* stream) const noexcept {
    (void)inflateEnd(stream);
    delete stream;
  }
};

}  // namespace

struct Decompressor::State {
  OutputBuffer buffer;
  std::unique_ptr<z_stream, EndInflate> gzip;
  Handle<ZSTD_DCtx, ZSTD_freeDCtx> zstd;

  const char* append_gzip(Bytes from) {
    if (gzip == nullptr) {
      auto stream = std::make_unique<z_stream>();
      if (inflateInit2(stream.get(), 15 + 16) != Z_OK) return "zlib did not start";
      gzip.reset(stream.release());
    }
    if (from.size() > std::numeric_limits<uInt>::max()) return "it is too long";
    gzip->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(from.data()));
    gzip->avail_in = static_cast<uInt>(from.size());
    do {
      if (inflateReset(gzip.get()) != Z_OK) return "zlib did not start";
      int result = Z_OK;
      while (result != Z_STREAM_END) {
        const std::size_t room = next_room(buffer, from.size());
        gzip->next_out = reinterpret_cast<Bytef*>(buffer.room(room));
        gzip->avail_out = static_cast<uInt>(std::min<std::size_t>(room, std::numeric_limits<uInt>::max()));
        const uInt given = gzip->avail_out;
        result = inflate(gzip.get(), Z_NO_FLUSH);
        buffer.took(given - gzip->avail_out);
        if (buffer.overflows()) return nullptr;
        if (result == Z_BUF_ERROR) return "it is cut short";
        if (result != Z_OK && result != Z_STREAM_END) return "it is damaged";
        if (result == Z_OK && gzip->avail_in == 0 && gzip->avail_out != 0) return "it is cut short";
      }
    } while (gzip->avail_in > 0);
    return nullptr;
  }

  const char* append_zstd(Bytes from) {
    if (zstd == nullptr) {
      zstd.reset(ZSTD_createDCtx());
      if (zstd == nullptr) return "libzstd did not start";
      (void)ZSTD_DCtx_setParameter(zstd.get(), ZSTD_d_windowLogMax, kMostWindowLog);
    }
    (void)ZSTD_DCtx_reset(zstd.get(), ZSTD_reset_session_only);
    if (from.empty()) return "it is cut short";
    ZSTD_inBuffer in{from.data(), from.size(), 0};
    while (true) {
      const std::size_t room = next_room(buffer, from.size());
      ZSTD_outBuffer out{buffer.room(room), room, 0};
      const std::size_t result = ZSTD_decompressStream(zstd.get(), &out, &in);
      buffer.took(out.pos);
      if (buffer.overflows()) return nullptr;
      if (ZSTD_isError(result) != 0) return ZSTD_getErrorName(result);
      if (result == 0 && in.pos == in.size) return nullptr;
      if (in.pos == in.size && out.pos < out.size) return "it is cut short";
    }
  }
};

Decompressor::Decompressor() = default;
Decompressor::~Decompressor() = default;
Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor& Decompressor::operator=(Decompressor&&) noexcept = default;

Result<Bytes> Decompressor::decompress(Codec codec, Bytes from, std::uint64_t most) {
  if (codec == Codec::kNone) return from;
  if (state_ == nullptr) state_ = std::make_unique<State>();
  OutputBuffer& buffer = state_->buffer;
  buffer.begin(most);
  const char* wrong = nullptr;
  switch (codec) {
    case Codec::kGzip:
      wrong = state_->append_gzip(from);
      break;
    case Codec::kSnappy:
      wrong = append_snappy(from, buffer);
      break;
    case Codec::kLz4:
      wrong = append_lz4(from, buffer);
      break;
    case Codec::kZstd:
      wrong = state_->append_zstd(from);
      break;
    default:
      wrong = "no such codec is known";
  }
  const std::string what =
      "decompress " + std::string(codec_name(codec)) + " of " + human_size(from.size()) + ": ";
  if (wrong != nullptr) return fail(Outcome::kCorrupt, what + wrong);
  if (buffer.overflows()) return fail(Outcome::kFull, what + "it becomes more than " + human_size(most));
  return buffer.bytes();
}

}  // namespace arkive::kafka
