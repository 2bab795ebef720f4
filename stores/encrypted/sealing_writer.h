/// An object written piece by piece, sealed on its way into another store. Internal to stores/encrypted.
#pragma once

#include <memory>
#include <string_view>

#include "stores/encrypted/store_key.h"
#include "stores/store.h"

namespace arkive::encrypted {

/// Holds at most one chunk of plaintext and hands on at most 1 MiB and a chunk at a time. Borrows `store`.
std::unique_ptr<ObjectWriter> seal_into(std::unique_ptr<ObjectWriter> below, const StoreKey& store,
                                        std::string_view key);

}  // namespace arkive::encrypted
