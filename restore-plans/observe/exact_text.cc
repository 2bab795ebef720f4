#include "restore-plans/observe/exact_text.h"

namespace arkive::restore_plans {
namespace {

constexpr std::size_t kLongestCharacter = 4;

/// Bytes of the character that `text` begins with; 0: it is none.
std::size_t character_size(Bytes text) {
  for (std::size_t size = 1; size <= kLongestCharacter && size <= text.size(); ++size) {
    if (is_utf8(text.substr(0, size))) return size;
  }
  return 0;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::string exact_text(Bytes bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t size = character_size(bytes);
    if (size == 0) {
      text += "\\x" + to_hex(bytes.substr(0, 1));
    } else {
      text += bytes.substr(0, size);
      if (bytes.front() == '\\') text += '\\';
    }
    bytes.remove_prefix(size == 0 ? 1 : size);
  }
  return text;
}

std::optional<std::string> bytes_of_exact_text(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
    } else if (text.substr(i + 1).starts_with('\\')) {
      bytes += '\\';
      ++i;
    } else {
      if (i + 3 >= text.size() || text[i + 1] != 'x') return std::nullopt;
      const int high = digit_of(text[i + 2]);
      const int low = digit_of(text[i + 3]);
      if (high < 0 || low < 0) return std::nullopt;
      bytes += static_cast<char>(high * 16 + low);
      i += 3;
    }
  }
  // An escape where none is needed would be a second text for the same name.
  if (exact_text(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace arkive::restore_plans
