#include "stores/core/bytes.h"

#include <array>
#include <cstdio>

namespace arkive {

namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

struct Character {
  std::size_t size = 0;  ///< bytes it takes; 0 when the bytes are no valid UTF-8
  char32_t point = 0;
};

/// The character at the start of `text`, which is not empty.
Character first_character(Bytes text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {1, lead};
  std::size_t size = 0;
  char32_t point = 0;
  char32_t least = 0;
  if ((lead & 0xe0) == 0xc0) {
    size = 2, point = lead & 0x1f, least = 0x80;
  } else if ((lead & 0xf0) == 0xe0) {
    size = 3, point = lead & 0x0f, least = 0x800;
  } else if ((lead & 0xf8) == 0xf0) {
    size = 4, point = lead & 0x07, least = 0x10000;
  } else {
    return {};
  }
  if (text.size() < size) return {};
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    point = (point << 6) | (byte(i) & 0x3f);
  }
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < least || point > 0x10ffff || surrogate) return {};
  return {size, point};
}

/// Controls (C0, DEL, C1), and what reorders or breaks a line in the eyes of a reader: bidirectional marks,
/// embeddings and isolates, line and paragraph separators.
bool steers_the_terminal(char32_t point) {
  return point < 0x20 || (point >= 0x7f && point <= 0x9f) || point == 0x061c || point == 0x200e ||
         point == 0x200f || (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

void append_escaped(std::string& to, Bytes bytes) {
  for (const char c : bytes) {
    const auto value = static_cast<unsigned char>(c);
    to += "\\x";
    to += kHexDigits[value >> 4];
    to += kHexDigits[value & 0xf];
  }
}

}  // namespace

std::string to_hex(Bytes bytes) {
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto value = static_cast<unsigned char>(c);
    hex += kHexDigits[value >> 4];
    hex += kHexDigits[value & 0xf];
  }
  return hex;
}

std::string printable(Bytes text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_character(text);
    if (character.size == 0) {
      append_escaped(result, text.substr(0, 1));
      text.remove_prefix(1);
      continue;
    }
    const Bytes bytes = text.substr(0, character.size);
    if (steers_the_terminal(character.point)) {
      append_escaped(result, bytes);
    } else {
      result += bytes;
    }
    text.remove_prefix(character.size);
  }
  return result;
}

bool is_utf8(Bytes bytes) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;
  while (!bytes.empty()) {
    // Most names and much data are ASCII: eight bytes at a time.
    std::uint64_t word = 0;
    while (bytes.size() >= sizeof word) {
      std::memcpy(&word, bytes.data(), sizeof word);
      if ((word & kHighBits) != 0) break;
      bytes.remove_prefix(sizeof word);
    }
    if (bytes.empty()) break;
    const Character character = first_character(bytes);
    if (character.size == 0) return false;
    bytes.remove_prefix(character.size);
  }
  return true;
}

std::string human_size(std::uint64_t bytes) {
  constexpr std::array<const char*, 6> kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  // 1023.95 would be printed as "1024.0": the next unit says it better.
  while (value >= 1023.95 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  char text[32];
  (void)std::snprintf(text, sizeof text, "%.1f %s", value, kUnits[unit]);
  return text;
}

}  // namespace arkive
