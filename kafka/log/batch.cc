#include "kafka/log/batch.h"

#include <array>
#include <cinttypes>
#include <cstdio>

#include "kafka/log/crc32c.h"

namespace arkive::kafka {
namespace {

std::string stored_offset(Bytes from) {
  return std::to_string(load_big_endian<std::int64_t>(from.data()));
}

std::string sum(std::uint32_t crc) {
  char text[16];
  (void)std::snprintf(text, sizeof text, "0x%08" PRIx32, crc);
  return text;
}

std::string offsets_of(const LogEntry& entry) {
  if (entry.first_offset == entry.last_offset) return "offset " + std::to_string(entry.last_offset);
  if (entry.first_offset == kUnknownOffset) return "last offset " + std::to_string(entry.last_offset);
  return "offsets " + std::to_string(entry.first_offset) + " to " + std::to_string(entry.last_offset);
}

}  // namespace

std::string_view codec_name(Codec codec) {
  constexpr std::array<std::string_view, 8> kNames = {"none", "gzip",    "snappy",  "lz4",
                                                      "zstd", "codec-5", "codec-6", "codec-7"};
  return kNames[static_cast<std::size_t>(codec) & 7];
}

std::uint32_t computed_crc(const LogEntry& entry) {
  return entry.magic == 2 ? crc32c(entry.bytes.substr(21)) : crc32(entry.bytes.substr(16));
}

Status check_crc(const LogEntry& entry) {
  const std::uint32_t computed = computed_crc(entry);
  if (computed == entry.crc) return ok();
  return fail(Outcome::kCorrupt, "check log entry with " + offsets_of(entry) + ": its CRC is " +
                                     sum(entry.crc) + ", its bytes make " + sum(computed));
}

Error entry_error(EntryState state, Bytes from) {
  Error error{Outcome::kCorrupt, "read log entry with offset " + stored_offset(from) + ": ", {}};
  switch (state) {
    case EntryState::kBadLength:
      error.what += "its length " + std::to_string(load_big_endian<std::int32_t>(from.data() + 8)) +
                    " is that of no entry";
      break;
    case EntryState::kBadMagic:
      error.what += "its magic " + std::to_string(static_cast<int>(from[16])) + " is none of 0, 1 and 2";
      break;
    case EntryState::kBadOffset:
      error.what += "its offsets are negative or too large";
      break;
    case EntryState::kBadCount:
      error.what += "its record count " + std::to_string(load_big_endian<std::int32_t>(from.data() + 57)) +
                    " is negative";
      break;
    case EntryState::kWhole:
    case EntryState::kCutShort:
      error.what += "it is cut short";
  }
  return error;
}

Result<std::optional<LogEntry>> parse_entry(Bytes from) {
  LogEntry entry;
  const EntryState state = read_entry(from, entry);
  if (state == EntryState::kWhole) return entry;
  if (state == EntryState::kCutShort) return std::nullopt;
  return fail(entry_error(state, from));
}

}  // namespace arkive::kafka
