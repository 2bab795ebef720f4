#include <algorithm>
#include <limits>
#include <new>

#include "stores/git/zlib_internal.h"

namespace arkive::git {

namespace {

/// Resetting a deflate stream clears its tables. With the usual 32 KiB window that costs more than deflating
/// a znode of 120 bytes, so small pieces have a stream with small tables. Any inflater reads both.
constexpr std::size_t kSmall = 512;
constexpr int kSmallWindowBits = 10;
constexpr int kSmallMemoryLevel = 2;
constexpr int kSmallLevel = 1;
constexpr int kLargeLevel = 4;

Bytef* input(Bytes data) {
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(data.data()));  // zlib reads it only
}

}  // namespace

Deflater::Deflater() {
  if (deflateInit2(&small_, kSmallLevel, Z_DEFLATED, kSmallWindowBits, kSmallMemoryLevel, Z_FIXED) != Z_OK) {
    throw std::bad_alloc();
  }
  if (deflateInit(&large_, kLargeLevel) != Z_OK) {
    deflateEnd(&small_);
    throw std::bad_alloc();
  }
}

Deflater::~Deflater() {
  deflateEnd(&small_);
  deflateEnd(&large_);
}

void Deflater::deflate(Bytes data, std::string& to) {
  z_stream& stream = data.size() <= kSmall ? small_ : large_;
  deflateReset(&stream);
  const std::size_t begin = to.size();
  std::size_t used = 0;
  std::size_t taken = 0;
  to.resize(begin + deflateBound(&stream, static_cast<uLong>(data.size())));
  constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
  for (int state = Z_OK; state != Z_STREAM_END;) {
    const std::size_t room = std::min(to.size() - begin - used, kMost);
    const std::size_t rest = std::min(data.size() - taken, kMost);
    stream.next_in = input(data.substr(taken));
    stream.avail_in = static_cast<uInt>(rest);
    stream.next_out = reinterpret_cast<Bytef*>(to.data() + begin + used);
    stream.avail_out = static_cast<uInt>(room);
    state = ::deflate(&stream, rest == data.size() - taken ? Z_FINISH : Z_NO_FLUSH);
    taken += rest - stream.avail_in;
    used += room - stream.avail_out;
  }
  to.resize(begin + used);
}

Inflater::Inflater() {
  if (inflateInit(&stream_) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() {
  inflateEnd(&stream_);
}

Status Inflater::inflate(Bytes from, std::size_t size, std::string& to) {
  inflateReset(&stream_);
  to.resize(size);
  std::size_t used = 0;
  std::size_t taken = 0;
  constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
  int state = Z_OK;
  while (state == Z_OK && used <= size) {
    const std::size_t room = std::min(size - used, kMost);
    const std::size_t rest = std::min(from.size() - taken, kMost);
    Bytef beyond = 0;  // where a stream longer than promised shows itself
    stream_.next_in = input(from.substr(taken));
    stream_.avail_in = static_cast<uInt>(rest);
    stream_.next_out = room == 0 ? &beyond : reinterpret_cast<Bytef*>(to.data() + used);
    stream_.avail_out = room == 0 ? 1 : static_cast<uInt>(room);
    state = ::inflate(&stream_, Z_NO_FLUSH);
    if (room == 0 && stream_.avail_out == 0) ++used;
    taken += rest - stream_.avail_in;
    if (room != 0) used += room - stream_.avail_out;
  }
  if (state != Z_STREAM_END || used != size) {
    return fail(Outcome::kCorrupt, "inflate: the compressed bytes are damaged");
  }
  return ok();
}

}  // namespace arkive::git
