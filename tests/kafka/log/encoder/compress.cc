#include <lz4frame.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <stdexcept>

#include "tests/kafka/log/encoder/log_encoder.h"

namespace arkive::kafka::test {
namespace {

std::string gzip(Bytes data) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("gzip");
  std::string to(deflateBound(&stream, data.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(to.data());
  stream.avail_out = static_cast<uInt>(to.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("gzip");
  to.resize(stream.total_out);
  (void)deflateEnd(&stream);
  return to;
}

std::string snappy_blocks(Bytes data, const CompressStyle& style) {
  std::string to;
  if (!style.xerial) {
    snappy::Compress(data.data(), data.size(), &to);
    return to;
  }
  to.assign("\x82SNAPPY\0", 8);
  append_big_endian<std::int32_t>(to, 1);
  append_big_endian<std::int32_t>(to, 1);
  while (!data.empty()) {
    const Bytes part = data.substr(0, style.block);
    std::string block;
    snappy::Compress(part.data(), part.size(), &block);
    append_big_endian(to, static_cast<std::int32_t>(block.size()));
    to += block;
    data.remove_prefix(part.size());
  }
  return to;
}

/// The second byte of XXH32 with seed 0 over fewer than 16 bytes, as LZ4 frames check their headers.
char header_checksum(Bytes bytes) {
  constexpr std::uint32_t kPrime1 = 2654435761U;
  constexpr std::uint32_t kPrime2 = 2246822519U;
  constexpr std::uint32_t kPrime3 = 3266489917U;
  constexpr std::uint32_t kPrime4 = 668265263U;
  constexpr std::uint32_t kPrime5 = 374761393U;
  const auto rotate = [](std::uint32_t value, int by) { return (value << by) | (value >> (32 - by)); };
  std::uint32_t sum = kPrime5 + static_cast<std::uint32_t>(bytes.size());
  std::size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) {
    std::uint32_t word = 0;
    for (std::size_t i = 4; i-- > 0;) word = word << 8 | static_cast<unsigned char>(bytes[at + i]);
    sum = rotate(sum + word * kPrime3, 17) * kPrime4;
  }
  for (; at < bytes.size(); ++at) {
    sum = rotate(sum + static_cast<unsigned char>(bytes[at]) * kPrime5, 11) * kPrime1;
  }
  sum = (sum ^ (sum >> 15)) * kPrime2;
  sum = (sum ^ (sum >> 13)) * kPrime3;
  sum ^= sum >> 16;
  return static_cast<char>(sum >> 8 & 0xff);
}

std::string lz4(Bytes data, const CompressStyle& style) {
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.blockSizeID = LZ4F_max64KB;
  preferences.frameInfo.blockMode = style.lz4_linked ? LZ4F_blockLinked : LZ4F_blockIndependent;
  if (style.lz4_checksums) {
    preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
    preferences.frameInfo.blockChecksumFlag = LZ4F_blockChecksumEnabled;
  }
  std::string to(LZ4F_compressFrameBound(data.size(), &preferences), '\0');
  const std::size_t size = LZ4F_compressFrame(to.data(), to.size(), data.data(), data.size(), &preferences);
  if (LZ4F_isError(size) != 0) throw std::runtime_error("lz4");
  to.resize(size);
  // Before 0.10 Kafka summed the magic number too.
  if (style.broken_lz4_header) to[6] = header_checksum(Bytes(to).substr(0, 6));
  return to;
}

std::string zstd(Bytes data, const CompressStyle& style) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, style.zstd_content_size ? 1 : 0);
  std::string to(ZSTD_compressBound(data.size()), '\0');
  const std::size_t size = ZSTD_compress2(context, to.data(), to.size(), data.data(), data.size());
  ZSTD_freeCCtx(context);
  if (ZSTD_isError(size) != 0) throw std::runtime_error("zstd");
  to.resize(size);
  return to;
}

}  // namespace

std::string compress(Codec codec, Bytes data, const CompressStyle& style) {
  switch (codec) {
    case Codec::kNone:
      return std::string(data);
    case Codec::kGzip:
      return gzip(data);
    case Codec::kSnappy:
      return snappy_blocks(data, style);
    case Codec::kLz4:
      return lz4(data, style);
    case Codec::kZstd:
      return zstd(data, style);
  }
  throw std::runtime_error("no such codec");
}

}  // namespace arkive::kafka::test
