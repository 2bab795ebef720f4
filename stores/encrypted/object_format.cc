#include "stores/encrypted/object_format.h"

#include <algorithm>
#include <cstring>

#include "stores/core/hash.h"

namespace arkive::encrypted {

namespace {

constexpr std::string_view kMagic = "arkivenc";
constexpr std::uint16_t kFormat = 1;

// Where the fields of a header begin.
constexpr std::size_t kFormatAt = 8;
constexpr std::size_t kChunkAt = 12;
constexpr std::size_t kKeyIdAt = 16;
constexpr std::size_t kSaltAt = 32;
constexpr std::size_t kPlaceTagAt = 64;
constexpr std::size_t kHeaderTagAt = 80;
static_assert(kHeaderTagAt + kTagSize == kHeaderSize);
static_assert(kSaltAt == kKeyIdAt + kKeyIdSize && kPlaceTagAt == kSaltAt + kSaltSize);

/// "use" and the zero byte that ends it: what a hash or a chunk is made for.
std::string begin_of(std::string_view use) {
  std::string text(use);
  text.push_back('\0');
  return text;
}

std::string mac(Bytes key, Bytes data) {
  const Sha256Digest digest = hmac_sha256(key, data);
  return std::string(reinterpret_cast<const char*>(digest.data()), kTagSize);
}

std::string place_tag(Bytes mac_key, const StoreKey& store, std::string_view key) {
  std::string data = begin_of("arkive.place.1");
  append_text(data, store.store_id);
  append_text(data, key);
  return mac(mac_key, data);
}

std::string header_tag(Bytes mac_key, Bytes header) {
  return mac(mac_key, begin_of("arkive.header.1").append(header.substr(0, kHeaderTagAt)));
}

/// Chunk key and mac key, one behind the other.
Secret object_keys(const StoreKey& store, Bytes salt) {
  return hkdf(store.data_key.bytes(), salt, "arkive.object.1", 2 * kKeySize);
}

/// The AAD of a chunk, with room for its number and its flag.
std::string additional_of(const StoreKey& store, std::string_view key) {
  std::string data = begin_of("arkive.chunk.1");
  append_text(data, store.store_id);
  append_text(data, key);
  data.append(sizeof(std::uint64_t) + 1, '\0');
  return data;
}

void set_chunk(std::string& additional, std::uint64_t number, bool last) {
  store_big_endian(additional.data() + additional.size() - 1 - sizeof number, number);
  additional.back() = last ? 1 : 0;
}

std::uint64_t chunks_of(std::uint64_t plain, std::uint32_t chunk) {
  return plain == 0 ? 1 : (plain - 1) / chunk + 1;
}

constexpr const char* kOtherCopy =
    "restore this object from another copy of the store; arkive verify tells what else is damaged";

}  // namespace

std::uint64_t stored_size(std::uint64_t plain, std::uint32_t chunk) {
  return kHeaderSize + plain + kTagSize * chunks_of(plain, chunk);
}

std::optional<std::uint64_t> plain_size(std::uint64_t stored, std::uint32_t chunk) {
  if (stored < kHeaderSize + kTagSize) return std::nullopt;
  const std::uint64_t body = stored - kHeaderSize;
  const std::uint64_t chunks = (body - 1) / (chunk + kTagSize) + 1;
  if (body < chunks * kTagSize) return std::nullopt;
  const std::uint64_t plain = body - chunks * kTagSize;
  if (chunks_of(plain, chunk) != chunks) return std::nullopt;
  return plain;
}

ChunkSealer::ChunkSealer(const StoreKey& store, std::string_view key, Bytes salt)
    : additional_(additional_of(store, key)) {
  const Secret keys = object_keys(store, salt);
  const Bytes mac_key = keys.bytes().substr(kKeySize);
  header_.append(kMagic);
  append_big_endian(header_, kFormat);
  append_big_endian(header_, std::uint16_t{0});
  append_big_endian(header_, store.chunk);
  header_.append(store.key_id).append(salt).append(place_tag(mac_key, store, key));
  header_.append(header_tag(mac_key, header_));
  aead_.emplace(keys.bytes().substr(0, kKeySize));
}

void ChunkSealer::seal(Bytes plain, bool last, std::string& to) {
  set_chunk(additional_, next_, last);
  const std::size_t at = to.size();
  to.resize(at + plain.size() + kTagSize);
  aead_->seal(next_, additional_, plain, to.data() + at);
  ++next_;
}

Result<ChunkOpener> ChunkOpener::open(const StoreKey& store, std::string_view key, std::string object,
                                      Bytes header) {
  const auto refuse = [&](const char* why) {
    return fail(Outcome::kCorrupt, "decrypt '" + object + "': " + why, kOtherCopy);
  };
  if (header.substr(0, kMagic.size()) != kMagic.substr(0, header.size())) {
    return refuse("it does not begin as a sealed object does: it was put there in the clear, or is damaged");
  }
  if (header.size() < kHeaderSize) return refuse("it is cut short, within its header");
  const auto format = load_big_endian<std::uint16_t>(header.data() + kFormatAt);
  const Bytes salt = header.substr(kSaltAt, kSaltSize);
  const Secret keys = object_keys(store, salt);
  const Bytes mac_key = keys.bytes().substr(kKeySize);
  const bool whole = same_bytes(header_tag(mac_key, header), header.substr(kHeaderTagAt, kTagSize));
  if (!whole && header.substr(kKeyIdAt, kKeyIdSize) != Bytes(store.key_id)) {
    return refuse("it is sealed with another key than that of this store, or its header is damaged");
  }
  if (format != kFormat) {
    return fail(Outcome::kCorrupt,
                "decrypt '" + object + "': its header tells format " + std::to_string(format) +
                    ", which this arkive does not know, or is damaged",
                "use a newer arkive, or restore this object from another copy of the store");
  }
  if (!whole || load_big_endian<std::uint16_t>(header.data() + kFormatAt + 2) != 0 ||
      load_big_endian<std::uint32_t>(header.data() + kChunkAt) != store.chunk) {
    return refuse("its header is damaged");
  }
  if (!same_bytes(place_tag(mac_key, store, key), header.substr(kPlaceTagAt, kTagSize))) {
    return refuse("it is another object of this key, moved here from another place or another store");
  }
  return ChunkOpener(store.chunk, std::move(object), additional_of(store, key),
                     Aead(keys.bytes().substr(0, kKeySize)));
}

Status ChunkOpener::open_chunks(std::string& sealed, std::size_t begin, std::uint64_t first,
                                std::uint64_t plain) {
  const std::uint64_t chunks = chunks_of(plain, chunk_);
  std::size_t from = begin;
  std::size_t to = 0;
  for (std::uint64_t number = first; from < sealed.size() || number == first; ++number) {
    const bool last = number + 1 == chunks;
    const std::uint64_t whole = (last ? plain - number * chunk_ : chunk_) + kTagSize;
    const std::size_t size = std::min<std::uint64_t>(whole, sealed.size() - from);
    set_chunk(additional_, number, last);
    if (number >= chunks || size != whole || !aead_.open(number, additional_, sealed.data() + from, size)) {
      wipe(sealed);
      return fail(Outcome::kCorrupt,
                  "decrypt '" + object_ + "': chunk " + std::to_string(number) + " of " +
                      std::to_string(chunks) + " (bytes " + std::to_string(number * chunk_) + " to " +
                      std::to_string(std::min(plain, (number + 1) * chunk_)) +
                      ") is damaged, or the object was cut short or put together of others",
                  kOtherCopy);
    }
    if (size > kTagSize) std::memmove(sealed.data() + to, sealed.data() + from, size - kTagSize);
    to += size - kTagSize;
    from += size;
  }
  sealed.resize(to);
  return ok();
}

std::string seal_object(const StoreKey& store, std::string_view key, Bytes plain, Bytes salt) {
  ChunkSealer sealer(store, key, salt);
  std::string sealed;
  sealed.reserve(stored_size(plain.size(), store.chunk));
  sealed.append(sealer.header());
  do {
    const Bytes piece = plain.substr(0, store.chunk);
    plain.remove_prefix(piece.size());
    sealer.seal(piece, plain.empty(), sealed);
  } while (!plain.empty());
  return sealed;
}

Status open_object(const StoreKey& store, std::string_view key, const std::string& object,
                   std::string& stored) {
  ARKIVE_ASSIGN(ChunkOpener opener,
                ChunkOpener::open(store, key, object, Bytes(stored).substr(0, kHeaderSize)));
  const auto plain = plain_size(stored.size(), store.chunk);
  if (!plain) {
    wipe(stored);
    return fail(Outcome::kCorrupt, "decrypt '" + object + "': it is cut short: no object has its size",
                kOtherCopy);
  }
  return opener.open_chunks(stored, kHeaderSize, 0, *plain);
}

}  // namespace arkive::encrypted
