/// arkive.json at the top of a store: what makes a place one (docs/format-store.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stores/core/result.h"

namespace arkive::layout {

inline constexpr std::uint64_t kStoreFormat = 1;
inline constexpr std::string_view kStoreFile = "arkive.json";

struct StoreFile {
  std::uint64_t format = kStoreFormat;
  std::string id;  ///< 128 random bits in hex, given once
};

/// The text of a new one, with an id of its own, sealed.
std::string new_store_file();

/// Reads one; `place` is what errors call the store. kUsage: it is not that of a store, or of a newer format;
/// kCorrupt: damaged.
Result<StoreFile> parse_store_file(std::string_view text, std::string_view place);

}  // namespace arkive::layout
