#include "stores/git/pack_file.h"

#include <cstring>

namespace arkive::git {

namespace {

// The index: magic, version, 256 counts by first byte, ids, crcs, offsets, large offsets, two checksums.
constexpr std::string_view kIndexMagic("\377tOc\0\0\0\2", 8);
constexpr std::string_view kPackMagic("PACK\0\0\0\2", 8);
constexpr std::uint64_t kFanout = 8;
constexpr std::uint64_t kIds = kFanout + 256 * 4;
constexpr std::uint64_t kIdSize = 20;
constexpr std::uint32_t kLargeOffset = 0x80000000;

std::uint32_t fanout(const char* table, unsigned place) {
  return load_big_endian<std::uint32_t>(table + std::size_t{4} * place);
}

}  // namespace

void append_packed_header(std::string& to, std::uint8_t type, std::uint64_t size) {
  auto byte = (static_cast<unsigned>(type) << 4) | static_cast<unsigned>(size & 0x0f);
  size >>= 4;
  while (size != 0) {
    to += static_cast<char>(byte | 0x80);
    byte = size & 0x7f;
    size >>= 7;
  }
  to += static_cast<char>(byte);
}

void append_base_distance(std::string& to, std::uint64_t distance) {
  char bytes[10];
  std::size_t begin = sizeof(bytes) - 1;
  bytes[begin] = static_cast<char>(distance & 0x7f);
  while ((distance >>= 7) != 0) {
    --distance;
    bytes[--begin] = static_cast<char>(0x80 | (distance & 0x7f));
  }
  to.append(bytes + begin, sizeof(bytes) - begin);
}

tl::unexpected<Error> PackFile::damaged(const char* what) const {
  return fail(Outcome::kCorrupt, "read pack '" + printable(stem_) + "': " + what);
}

Result<std::shared_ptr<const PackFile>> PackFile::open(const std::string& stem) {
  ARKIVE_ASSIGN(MappedFile index, MappedFile::open(stem + ".idx"));
  ARKIVE_ASSIGN(MappedFile pack, MappedFile::open(stem + ".pack"));
  std::shared_ptr<PackFile> file(new PackFile(stem, std::move(pack), std::move(index)));
  ARKIVE_TRY(file->check_frames());
  return file;
}

Status PackFile::check_frames() {
  const Bytes index = index_.bytes();
  const Bytes pack = pack_.bytes();
  if (index.size() < kIds + 2 * kIdSize || index.substr(0, 8) != kIndexMagic) {
    return damaged("its index is cut or of an unknown version");
  }
  for (unsigned i = 1; i < 256; ++i) {
    if (fanout(index_at(kFanout), i - 1) > fanout(index_at(kFanout), i))
      return damaged("its index is damaged");
  }
  count_ = fanout(index_at(kFanout), 255);
  const std::uint64_t least = kIds + count_ * (kIdSize + 8) + 2 * kIdSize;
  if (index.size() < least || (index.size() - least) % 8 != 0) return damaged("its index is cut");
  if (pack.size() < kPackHeaderSize + kPackTrailerSize || pack.substr(0, 8) != kPackMagic ||
      load_big_endian<std::uint32_t>(pack.data() + 8) != count_) {
    return damaged("it is cut, of an unknown version or not that of its index");
  }
  if (pack.substr(pack.size() - kPackTrailerSize) !=
      index.substr(index.size() - 2 * kIdSize, kPackTrailerSize)) {
    return damaged("it is not that of its index, or cut");
  }
  return ok();
}

Status PackFile::check_whole() const {
  for (const Bytes file : {pack_.bytes(), index_.bytes()}) {
    const Sha1Digest sum = sha1(file.substr(0, file.size() - kPackTrailerSize));
    if (std::memcmp(sum.data(), file.data() + file.size() - kPackTrailerSize, sum.size()) != 0) {
      return damaged("its checksum is another");
    }
  }
  return ok();
}

std::optional<std::uint32_t> PackFile::find(const ObjectId& id) const {
  const char* table = index_at(kFanout);
  std::uint32_t low = id[0] == 0 ? 0 : fanout(table, id[0] - 1U);
  std::uint32_t high = fanout(table, id[0]);
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const int order = std::memcmp(index_at(kIds + kIdSize * middle), id.data(), id.size());
    if (order == 0) return middle;
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return std::nullopt;
}

ObjectId PackFile::id(std::uint32_t number) const {
  ObjectId id;
  std::memcpy(id.data(), index_at(kIds + kIdSize * number), id.size());
  return id;
}

std::uint32_t PackFile::crc(std::uint32_t number) const {
  return load_big_endian<std::uint32_t>(index_at(kIds + kIdSize * count_ + 4ULL * number));
}

Result<std::uint64_t> PackFile::offset(std::uint32_t number) const {
  std::uint64_t offset =
      load_big_endian<std::uint32_t>(index_at(kIds + (kIdSize + 4) * count_ + 4ULL * number));
  if ((offset & kLargeOffset) != 0) {
    const std::uint64_t place = kIds + (kIdSize + 8) * count_ + 8 * (offset & ~std::uint64_t{kLargeOffset});
    if (place + 8 + 2 * kIdSize > index_.bytes().size()) return damaged("its index is damaged");
    offset = load_big_endian<std::uint64_t>(index_at(place));
  }
  if (offset < kPackHeaderSize || offset >= pack_.bytes().size() - kPackTrailerSize) {
    return damaged("its index points outside of it");
  }
  return offset;
}

Result<PackedHeader> PackFile::header(std::uint64_t offset) const {
  const std::uint64_t end = pack_.bytes().size() - kPackTrailerSize;
  std::uint64_t at = offset;
  bool cut = false;
  const auto next = [&]() -> unsigned {
    if (at >= end) {
      cut = true;
      return 0;
    }
    return static_cast<unsigned char>(pack_.bytes()[at++]);
  };
  PackedHeader header;
  unsigned byte = next();
  header.type = static_cast<std::uint8_t>(byte >> 4 & 7);
  header.size = byte & 0x0f;
  for (unsigned shift = 4; (byte & 0x80) != 0 && shift < 60; shift += 7) {
    byte = next();
    header.size |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
  }
  if (header.type == PackedHeader::kOffsetDelta) {
    byte = next();
    std::uint64_t distance = byte & 0x7f;
    for (int i = 0; (byte & 0x80) != 0 && i < 8; ++i) {
      byte = next();
      distance = ((distance + 1) << 7) | (byte & 0x7f);
    }
    if (distance == 0 || distance > offset - kPackHeaderSize) return damaged("a delta points outside of it");
    header.base_offset = offset - distance;
  } else if (header.type == PackedHeader::kIdDelta) {
    if (end - at < kIdSize) return damaged("it is cut");
    ObjectId base;
    std::memcpy(base.data(), pack_.bytes().data() + at, base.size());
    at += kIdSize;
    const std::optional<std::uint32_t> number = find(base);
    if (!number) return damaged("the base of a delta is missing");
    ARKIVE_ASSIGN(header.base_offset, this->offset(*number));
  } else if (header.type == 0 || header.type == 5) {
    return damaged("an object has no known type");
  }
  // zlib cannot shrink to less than 1/1032: an absurd size is refused before it is allocated.
  if (cut || (byte & 0x80) != 0 || header.size / 1100 > end - at) return damaged("an object is cut");
  header.data_at = at;
  return header;
}

}  // namespace arkive::git
