/// A sealed object: its header and chunks, byte for byte as docs/format-encryption.md says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stores/core/bytes.h"
#include "stores/core/result.h"
#include "stores/encrypted/cipher.h"
#include "stores/encrypted/store_key.h"

namespace arkive::encrypted {

inline constexpr std::size_t kHeaderSize = 96;
inline constexpr std::size_t kSaltSize = 32;

/// Of an object of `plain` bytes, in bytes.
std::uint64_t stored_size(std::uint64_t plain, std::uint32_t chunk);
/// The other way; nothing when no object has that stored size.
std::optional<std::uint64_t> plain_size(std::uint64_t stored, std::uint32_t chunk);

/// Seals the chunks of one object, in order, each once. One thread at a time.
class ChunkSealer {
 public:
  /// `salt`: kSaltSize random bytes, never used for another object. Borrows `store`.
  ChunkSealer(const StoreKey& store, std::string_view key, Bytes salt);
  /// What the object begins with.
  const std::string& header() const { return header_; }
  /// Appends the next chunk: `plain` has StoreKey::chunk bytes, the last 1 to so many, or none in an empty
  /// object.
  void seal(Bytes plain, bool last, std::string& to);

 private:
  std::string header_;
  std::string additional_;
  std::uint64_t next_ = 0;
  std::optional<Aead> aead_;
};

/// Opens chunks of one object, in any order. One thread at a time.
class ChunkOpener {
 public:
  /// Checks the header, of which `header` has the first kHeaderSize bytes or as many as there are, of the
  /// object `key`; `object` is what errors call it. kCorrupt tells the cause: no sealed object, another key,
  /// newer format, damaged, moved.
  static Result<ChunkOpener> open(const StoreKey& store, std::string_view key, std::string object,
                                  Bytes header);
  /// Decrypts in place the chunks `first`, `first` + 1... that lie one behind the other in `sealed` (in a
  /// string from byte `begin` on), of an object of `plain` bytes, and moves their plaintext to the string's
  /// beginning, which is all that is left. kCorrupt, and all wiped, when a tag does not fit.
  Status open_chunks(std::string& sealed, std::size_t begin, std::uint64_t first, std::uint64_t plain);

 private:
  ChunkOpener(std::uint32_t chunk, std::string object, std::string additional, Aead aead)
      : chunk_(chunk),
        object_(std::move(object)),
        additional_(std::move(additional)),
        aead_(std::move(aead)) {}
  std::uint32_t chunk_;
  std::string object_;
  std::string additional_;
  Aead aead_;
};

/// All of a small object at once; the salt as above.
std::string seal_object(const StoreKey& store, std::string_view key, Bytes plain, Bytes salt);
/// All of a stored object, which is turned into its plaintext in place.
Status open_object(const StoreKey& store, std::string_view key, const std::string& object,
                   std::string& stored);

}  // namespace arkive::encrypted
