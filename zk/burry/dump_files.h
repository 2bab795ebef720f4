/// The files of a burry dump, of a zip or a directory, read one by one into memory. What no burry writes is
/// refused and named: hostile names, links, two files of one name, sizes beyond all reason.
#pragma once

#include <functional>
#include <string>

#include "stores/core/result.h"

namespace arkive::zk {

struct BurryLimits {
  std::uint64_t most_files = 10'000'000;
  std::uint64_t most_bytes_of_file = std::uint64_t{64} << 20;  ///< far above any jute.maxbuffer
  std::uint64_t most_bytes = std::uint64_t{4} << 30;           ///< in all, uncompressed
};

/// `name`: slash-separated, relative to the dump's top directory ("brokers/ids/content", ".burrymeta"); no
/// part of it is empty, "." or "..". Each once.
using BurryFile = std::function<Status(const std::string& name, std::string&& data)>;

/// Reads all files of the dump at `path`, in the order they are found. Errors: kNotFound; kDenied; kCorrupt
/// (no zip, damaged, or holding what no burry writes; an entry's CRC is checked); kFull (beyond the limits);
/// what `each` returns.
Status read_burry_files(const std::string& path, const BurryLimits& limits, const BurryFile& each);

}  // namespace arkive::zk
