/// SegmentReader: walks over a segment that is larger than memory should be, wherever its bytes lie.
///
/// Files are read in pieces, not mapped: a read that fails, or a file that has become shorter, must be an
/// error that names the byte, and no signal that ends the process.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "kafka/log/batch.h"
#include "stores/core/bytes.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// Gives `size` bytes from byte `offset` on, all of which the segment has; valid until the next call. Fewer,
/// but some, when those that follow cannot be read; asked for these, it says why. kCorrupt when none is
/// there.
using ReadBytes = std::function<Result<Bytes>(std::uint64_t offset, std::size_t size)>;

/// What to do after an entry.
enum class Walk : std::uint8_t { kOn, kEnough };

/// An entry and where it begins. Valid until the next call of the reader.
struct PlacedEntry {
  LogEntry entry;
  std::uint64_t position = 0;
};

/// Not thread-safe.
class SegmentReader {
 public:
  /// A file with the bytes of a segment. kNotFound, kDenied, kFail.
  static Result<SegmentReader> open(const std::string& path);
  /// Bytes that stay where they are.
  static SegmentReader over(Bytes bytes);
  /// Anything else of `size` bytes. `name` is what errors call it. Asked for a mebibyte at a time, and for
  /// more where one entry is larger; of one above 16 MiB first the CRC is checked, piece by piece.
  SegmentReader(std::string name, std::uint64_t size, ReadBytes read);

  std::uint64_t size() const { return size_; }

  using Visit = std::function<Result<Walk>(const LogEntry& entry, std::uint64_t position)>;
  /// Shows each whole entry from byte `from` on, where one must begin. Returns where the last one shown
  /// ended: less than size() when visit() had enough, or the rest is cut short. kCorrupt as for_each_entry().
  Result<std::uint64_t> for_each_entry(CrcCheck check, const Visit& visit, std::uint64_t from = 0);

  /// The first entry that ends at or after `offset`: the one that holds it, or the next. Nothing when there
  /// is none. `offset_index`: the bytes of the .index file, or none at all (then all is walked over).
  Result<std::optional<PlacedEntry>> find_offset(std::int64_t offset, std::int64_t base_offset,
                                                 Bytes offset_index = {});

  /// The first entry whose max timestamp is `time` or later, as Kafka's offsetsForTimes looks for it; which
  /// of its records it is, they say themselves. The indexes as above.
  Result<std::optional<PlacedEntry>> find_time(UnixMilliseconds time, std::int64_t base_offset,
                                               Bytes time_index = {}, Bytes offset_index = {});

 private:
  Status load(std::uint64_t position, std::size_t least);
  Result<std::optional<PlacedEntry>> first_where(const std::function<bool(const LogEntry&)>& wanted,
                                                 std::uint64_t from);

  std::string name_;
  std::uint64_t size_;
  ReadBytes read_;
  Bytes loaded_;  ///< of the segment, from loaded_from_ on
  std::uint64_t loaded_from_ = 0;
};

}  // namespace arkive::kafka
