#include "stores/encrypted/store_key.h"

namespace arkive::encrypted {

StoreKey::StoreKey(std::string store, Secret data, std::uint32_t chunk_size, bool names_hidden)
    : store_id(std::move(store)),
      data_key(std::move(data)),
      chunk(chunk_size),
      hide_names(names_hidden),
      key_id(hkdf(data_key.bytes(), {}, "arkive.key-id.1", kKeyIdSize).bytes()) {}

void append_text(std::string& to, Bytes text) {
  append_big_endian(to, static_cast<std::uint16_t>(text.size()));
  to.append(text);
}

}  // namespace arkive::encrypted
