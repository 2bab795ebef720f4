/// The bytes of one record of a batch (magic 2), taken apart. Internal to kafka/log.
///
///   length varint | attributes i8 | timestamp delta varlong | offset delta varint |
///   key length varint (-1: null) | key | value length varint (-1: null) | value |
///   header count varint | each: name length varint | name | value length varint (-1: null) | value
/// Varints are zigzag ((n << 1) ^ (n >> 31), varlong 63) in groups of 7 bits, the lowest first.
#pragma once

#include <cstdint>
#include <optional>

#include "stores/core/bytes.h"

namespace arkive::kafka {

struct RecordFields {
  std::int64_t timestamp_delta = 0;
  std::int32_t offset_delta = 0;
  std::optional<Bytes> key;
  std::optional<Bytes> value;
  std::int32_t header_count = 0;
  Bytes headers;  ///< all of them, every length checked
};

/// Takes an unsigned varint of at most `Bits` from `rest`. False when it is cut short or too long.
template <int Bits>
bool take_unsigned(Bytes& rest, std::uint64_t& value) {
  value = 0;
  std::size_t used = 0;
  for (int shift = 0; shift < Bits; shift += 7) {
    if (used == rest.size()) return false;
    const auto byte = static_cast<unsigned char>(rest[used++]);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) {
      rest.remove_prefix(used);
      return true;
    }
  }
  return false;
}

inline bool take_varint(Bytes& rest, std::int32_t& value) {
  std::uint64_t bits = 0;
  if (!take_unsigned<32>(rest, bits)) return false;
  const auto low = static_cast<std::uint32_t>(bits);
  value = static_cast<std::int32_t>((low >> 1) ^ (0U - (low & 1)));
  return true;
}

inline bool take_varlong(Bytes& rest, std::int64_t& value) {
  std::uint64_t bits = 0;
  if (!take_unsigned<64>(rest, bits)) return false;
  value = static_cast<std::int64_t>((bits >> 1) ^ (0ULL - (bits & 1)));
  return true;
}

/// A length and so many bytes; nothing for -1. False when they are not there.
inline bool take_nullable(Bytes& rest, std::optional<Bytes>& value) {
  std::int32_t length = 0;
  if (!take_varint(rest, length) || length < -1) return false;
  if (length < 0) {
    value.reset();
    return true;
  }
  if (static_cast<std::size_t>(length) > rest.size()) return false;
  value = rest.substr(0, static_cast<std::size_t>(length));
  rest.remove_prefix(static_cast<std::size_t>(length));
  return true;
}

/// Takes one record from `rest`. Returns nullptr, or what is wrong with it.
const char* take_record(Bytes& rest, RecordFields& into);

}  // namespace arkive::kafka
