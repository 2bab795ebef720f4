#include "zk/tree_format/escape.h"

#include <utf8proc.h>

#include <algorithm>

namespace arkive::zk {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

void append_percent(std::string& to, char byte) {
  constexpr char kHex[] = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  to += '%';
  to += kHex[value >> 4];
  to += kHex[value & 15];
}

Result<std::string> undo_percents(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      bytes += text[at];
      continue;
    }
    const int high = at + 2 < text.size() ? hex_digit(text[at + 1]) : -1;
    const int low = at + 2 < text.size() ? hex_digit(text[at + 2]) : -1;
    if (high < 0 || low < 0) {
      return fail(Outcome::kCorrupt, "decode '" + printable(text) + "': % without two upper-case hex digits");
    }
    bytes += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return bytes;
}

std::string escape_field(Bytes text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t point = -1;
    const auto left = static_cast<utf8proc_ssize_t>(std::min<std::size_t>(text.size() - at, 4));
    const utf8proc_ssize_t size =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at), left, &point);
    const std::size_t taken = size > 0 ? static_cast<std::size_t>(size) : 1;
    const bool escape = size <= 0 || point < 0x20 || (point >= 0x7f && point < 0xa0) || point == '%';
    for (std::size_t i = at; i < at + taken; ++i) {
      if (escape) {
        append_percent(escaped, text[i]);
      } else {
        escaped += text[i];
      }
    }
    at += taken;
  }
  return escaped;
}

Result<std::string> unescape_field(std::string_view text) {
  ARKIVE_ASSIGN(std::string bytes, undo_percents(text));
  if (escape_field(bytes) != text) {
    return fail(Outcome::kCorrupt, "decode '" + printable(text) + "': not how it is written");
  }
  return bytes;
}

}  // namespace arkive::zk
