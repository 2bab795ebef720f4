/// LogEntry: what Kafka's log consists of, told from its header alone: one record batch (magic 2), or one
/// older message (magic 0 and 1), which may be a wrapper around compressed ones.
///
/// Format, all numbers big-endian. Common to all: 0 offset i64 | 8 length i32, of what follows | 16 magic i8.
///   magic 2: 0 base offset | 12 leader epoch i32 | 17 CRC-32C of byte 21 to the end | 21 attributes i16 |
///            23 last offset delta i32 | 27 base timestamp i64 | 35 max timestamp i64 | 43 producer id i64 |
///            51 producer epoch i16 | 53 base sequence i32 | 57 record count i32 | 61 records
///   magic 1: 12 CRC-32 of byte 16 to the end | 17 attributes i8 | 18 timestamp i64 | 26 key, value
///   magic 0: as magic 1 without the timestamp: 18 key, value
/// Attributes: bits 0-2 codec, 3 log append time; magic 2 also 4 transactional, 5 control, 6 delete horizon.
///
/// The offset in an older message is its own, and in a wrapper that of its LAST message. Where a wrapper
/// begins is written nowhere outside its compressed part, so a wrapper's first_offset and record_count are
/// unknown here; complete_wrapper() of records.h decodes it and fills them in. Who needs no exact counts
/// need not pay for that: offsets after the entry before, up to last_offset, are the wrapper's or nobody's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "stores/core/bytes.h"
#include "stores/core/result.h"
#include "stores/core/time.h"

namespace arkive::kafka {

enum class Codec : std::uint8_t { kNone = 0, kGzip = 1, kSnappy = 2, kLz4 = 3, kZstd = 4 };

/// "none", "gzip", "snappy", "lz4", "zstd"; "codec-5" to "codec-7" for what no Kafka writes.
std::string_view codec_name(Codec codec);

inline constexpr std::int64_t kUnknownOffset = -1;
inline constexpr std::int32_t kUnknownCount = -1;
inline constexpr UnixMilliseconds kNoTimestamp = -1;  ///< as Kafka writes it
inline constexpr std::int64_t kNoProducerId = -1;

/// Offset and length; the magic of every format stands right after byte 16.
inline constexpr std::size_t kEntryPrefix = 12;
/// Of a record batch: what stands before its records.
inline constexpr std::size_t kBatchHeader = 61;
/// Of a record batch: the bytes before and with the magic, which no CRC covers.
inline constexpr std::size_t kOutsideCrc = 17;

/// Plain values; `bytes` is the caller's and nothing else is held.
struct LogEntry {
  Bytes bytes;  ///< the whole entry as it stands in the log
  /// kUnknownOffset: a wrapper (see above).
  std::int64_t first_offset = kUnknownOffset;
  /// Batch headers keep their first and last offset under compaction, so there need not be such records.
  std::int64_t last_offset = 0;
  UnixMilliseconds base_timestamp = kNoTimestamp;  ///< as stored; the delete horizon when delete_horizon
  UnixMilliseconds max_timestamp = kNoTimestamp;
  std::int64_t producer_id = kNoProducerId;   ///< kNoProducerId: none
  std::int32_t leader_epoch = -1;             ///< -1: magic 0 and 1 have none
  std::int32_t record_count = kUnknownCount;  ///< 0: emptied by compaction; kUnknownCount: a wrapper
  std::int32_t base_sequence = -1;
  std::uint32_t crc = 0;  ///< as stored
  std::int16_t producer_epoch = -1;
  std::int8_t magic = 2;
  Codec codec = Codec::kNone;
  bool log_append_time = false;
  bool transactional = false;
  bool control = false;
  bool delete_horizon = false;

  /// Where the next entry may begin.
  std::int64_t next_offset() const { return last_offset + 1; }
  bool is_wrapper() const { return magic < 2 && codec != Codec::kNone; }
  bool has_producer() const { return producer_id >= 0; }
};

/// What read_entry() found.
enum class EntryState : std::uint8_t {
  kWhole,
  kCutShort,   ///< its end lies beyond the bytes given
  kBadLength,  ///< too short for its format, or negative
  kBadMagic,
  kBadOffset,  ///< a negative offset or last offset delta, or beyond 2^63 - 1
  kBadCount    ///< a negative record count
};

/// The entry that begins at from[0], without checking its CRC. `into` is whole only when kWhole.
/// Allocates nothing.
inline EntryState read_entry(Bytes from, LogEntry& into);

/// As read_entry(), of an entry of which only the header need be at hand: kBatchHeader bytes, or all there
/// are. `available`: bytes that there are from its begin on. into.bytes is what of it is in `from`.
inline EntryState read_entry_header(Bytes from, std::uint64_t available, LogEntry& into);

/// As read_entry: nothing when it is cut short; kCorrupt for the other states, naming the offset.
Result<std::optional<LogEntry>> parse_entry(Bytes from);

/// The CRC as it should be: of byte 21 on for magic 2, of byte 16 on for magic 0 and 1.
std::uint32_t computed_crc(const LogEntry& entry);

/// kCorrupt, naming the offsets and both sums, when the stored CRC is not that of the bytes. The 17 bytes
/// before it (magic 2) or 12 (magic 0 and 1) are in no CRC.
Status check_crc(const LogEntry& entry);

/// The kCorrupt error for a `state` other than kWhole and kCutShort of the bytes `from`.
Error entry_error(EntryState state, Bytes from);

enum class CrcCheck : std::uint8_t { kNo, kYes };

/// Calls fn(const LogEntry&) for each whole entry of `bytes`, which begin with one; fn returns nothing, or a
/// Status whose error ends the walk. Returns how many bytes the whole entries took: less than bytes.size()
/// when the last one is cut short, as a fetch and a crash leave it. kCorrupt as check_crc() and
/// parse_entry(), naming the byte too. No allocation but for errors.
template <class Fn>
Result<std::size_t> for_each_entry(Bytes bytes, CrcCheck check, Fn&& fn);

// ---- the hot path, inline

inline EntryState read_entry(Bytes from, LogEntry& into) {
  return read_entry_header(from, from.size(), into);
}

inline EntryState read_entry_header(Bytes from, std::uint64_t available, LogEntry& into) {
  constexpr std::size_t kMessage0 = 26;  // with empty key and value
  constexpr std::size_t kMessage1 = 34;
  if (from.size() < kEntryPrefix) return EntryState::kCutShort;
  const char* const at = from.data();
  const auto length = load_big_endian<std::int32_t>(at + 8);
  if (length < static_cast<std::int32_t>(kMessage0 - kEntryPrefix)) return EntryState::kBadLength;
  if (from.size() < kOutsideCrc) return EntryState::kCutShort;
  const auto size = kEntryPrefix + static_cast<std::size_t>(length);
  const auto magic = static_cast<std::int8_t>(at[16]);
  if (magic < 0 || magic > 2) return EntryState::kBadMagic;
  const std::size_t least = magic == 2 ? kBatchHeader : (magic == 1 ? kMessage1 : kMessage0);
  if (size < least) return EntryState::kBadLength;
  const auto offset = load_big_endian<std::int64_t>(at);
  if (offset < 0 || offset == INT64_MAX) return EntryState::kBadOffset;
  if (available < size || from.size() < least) return EntryState::kCutShort;

  into = LogEntry{};
  into.bytes = from.substr(0, size);
  into.magic = magic;
  if (magic < 2) {
    const auto attributes = static_cast<unsigned char>(at[17]);
    into.last_offset = offset;
    into.crc = load_big_endian<std::uint32_t>(at + 12);
    into.codec = static_cast<Codec>(attributes & 0x07);
    into.log_append_time = magic == 1 && (attributes & 0x08) != 0;
    if (magic == 1) into.max_timestamp = into.base_timestamp = load_big_endian<std::int64_t>(at + 18);
    if (into.codec == Codec::kNone) {
      into.first_offset = offset;
      into.record_count = 1;
    }
    return EntryState::kWhole;
  }
  const auto attributes = load_big_endian<std::uint16_t>(at + 21);
  const auto last_delta = load_big_endian<std::int32_t>(at + 23);
  if (last_delta < 0 || offset > INT64_MAX - 1 - last_delta) return EntryState::kBadOffset;
  into.first_offset = offset;
  into.last_offset = offset + last_delta;
  into.leader_epoch = load_big_endian<std::int32_t>(at + 12);
  into.crc = load_big_endian<std::uint32_t>(at + 17);
  into.codec = static_cast<Codec>(attributes & 0x07);
  into.log_append_time = (attributes & 0x08) != 0;
  into.transactional = (attributes & 0x10) != 0;
  into.control = (attributes & 0x20) != 0;
  into.delete_horizon = (attributes & 0x40) != 0;
  into.base_timestamp = load_big_endian<std::int64_t>(at + 27);
  into.max_timestamp = load_big_endian<std::int64_t>(at + 35);
  into.producer_id = load_big_endian<std::int64_t>(at + 43);
  into.producer_epoch = load_big_endian<std::int16_t>(at + 51);
  into.base_sequence = load_big_endian<std::int32_t>(at + 53);
  into.record_count = load_big_endian<std::int32_t>(at + 57);
  return into.record_count < 0 ? EntryState::kBadCount : EntryState::kWhole;
}

template <class Fn>
Result<std::size_t> for_each_entry(Bytes bytes, CrcCheck check, Fn&& fn) {
  std::size_t position = 0;
  LogEntry entry;
  while (true) {
    const Bytes rest = bytes.substr(position);
    const EntryState state = read_entry(rest, entry);
    if (state == EntryState::kCutShort) return position;
    if (state != EntryState::kWhole) {
      return fail(entry_error(state, rest).within("at byte " + std::to_string(position)));
    }
    if (check == CrcCheck::kYes && computed_crc(entry) != entry.crc) {
      return fail(check_crc(entry).error().within("at byte " + std::to_string(position)));
    }
    if constexpr (std::is_void_v<decltype(fn(std::as_const(entry)))>) {
      fn(std::as_const(entry));
    } else {
      Status said = fn(std::as_const(entry));
      if (!said) return fail(std::move(said).error());
    }
    position += entry.bytes.size();
  }
}

}  // namespace arkive::kafka
