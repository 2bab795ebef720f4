/// StoreKey: what one needs to know to seal and open the objects of one store (docs/format-encryption.md).
#pragma once

#include <cstdint>
#include <string>

#include "stores/encrypted/cipher.h"
#include "stores/encrypted/secret.h"

namespace arkive::encrypted {

inline constexpr std::uint32_t kDefaultChunk = 65'536;
inline constexpr std::uint32_t kLargestChunk = 1'048'576;
inline constexpr std::size_t kKeyIdSize = 16;

/// Immutable once made; shared by threads.
struct StoreKey {
  /// `data_key` has kKeySize bytes, `chunk` lies in [kDefaultChunk, kLargestChunk].
  StoreKey(std::string store, Secret data, std::uint32_t chunk_size, bool names_hidden);

  std::string store_id;
  Secret data_key;
  std::uint32_t chunk = kDefaultChunk;  ///< bytes of plaintext
  bool hide_names = false;
  std::string key_id;  ///< kKeyIdSize bytes, no secret
};

/// uint16 length and the text, as texts stand in what is authenticated. At most 65,535 bytes.
void append_text(std::string& to, Bytes text);

}  // namespace arkive::encrypted
