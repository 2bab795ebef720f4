/// Bytes: how arkive hands raw data around, and big-endian numbers in them (jute and Kafka are big-endian).
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace arkive {

/// Raw bytes that somebody else owns; not text, may hold NUL. Valid as long as the owner says.
using Bytes = std::string_view;

/// Reads a big-endian integer from `from`, which has at least sizeof(T) bytes.
template <std::integral T>
T load_big_endian(const char* from) {
  std::make_unsigned_t<T> value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<std::make_unsigned_t<T>>((static_cast<std::uint64_t>(value) << 8) |
                                                 static_cast<unsigned char>(from[i]));
  }
  return static_cast<T>(value);
}

/// Writes `value` to `to`, which has at least sizeof(T) bytes, as sizeof(T) big-endian bytes.
template <std::integral T>
void store_big_endian(char* to, T value) {
  auto bits = static_cast<std::uint64_t>(value);
  for (std::size_t i = sizeof(T); i-- > 0;) {
    to[i] = static_cast<char>(bits & 0xff);
    bits >>= 8;
  }
}

/// Appends `value` to `to` as sizeof(T) big-endian bytes.
template <std::integral T>
void append_big_endian(std::string& to, T value) {
  char buffer[sizeof(T)];
  store_big_endian(buffer, value);
  to.append(buffer, sizeof(T));
}

/// Lower-case hex of `bytes`.
std::string to_hex(Bytes bytes);

/// `text` for a terminal or a log: controls (C0 with ESC and newline, DEL, C1), Unicode's bidirectional
/// controls and line separators, and invalid UTF-8 as \xNN, byte by byte, so that a znode's name or data
/// cannot steer the terminal. All other valid UTF-8 stays as it is; printable(printable(x)) is printable(x).
std::string printable(Bytes text);

/// True when `bytes` is valid UTF-8 without surrogates or overlong forms.
bool is_utf8(Bytes bytes);

/// "1.5 MiB", "120 B": sizes for people, powers of 1024.
std::string human_size(std::uint64_t bytes);

}  // namespace arkive
