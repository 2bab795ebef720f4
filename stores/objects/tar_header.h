/// The tar entries of a tree (docs/format-store.md): ustar, with a pax header before it where a path has more
/// than 100 bytes. One path and size give one header, byte for byte, so a reader that knows the path accepts
/// nothing else: no link, no other type, no other name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stores/core/result.h"

namespace arkive::objects {

inline constexpr std::size_t kTarBlock = 512;
/// What stands behind the last file.
inline constexpr std::size_t kTarEnd = 2 * kTarBlock;
/// A bigger file is no file of a tree.
inline constexpr std::uint64_t kMostFileBytes = 1ULL << 30;

/// The pax header that gives the whole of a long path; empty for a short one. Whole blocks.
std::string tar_long_path(std::string_view path);
/// The ustar block of a file of `size` bytes; of a long path it has the first 100 bytes.
std::string tar_block(std::string_view path, std::uint64_t size);
/// The size that such a block says. kCorrupt when it says none, or more than kMostFileBytes.
Result<std::uint64_t> tar_size(std::string_view block);
/// Zeros behind `size` bytes, up to the next block.
std::size_t tar_padding(std::uint64_t size);

}  // namespace arkive::objects
