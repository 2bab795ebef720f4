#include "zk/tree_format/names.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "stores/core/bytes.h"
#include "stores/core/handle.h"
#include "stores/core/hash.h"
#include "zk/tree_format/escape.h"
#include "zk/znode.h"

namespace arkive::zk {
namespace {

enum class Byte : std::uint8_t {
  kPlain,    // never escaped
  kCapital,  // escaped in twins
  kPlaced,   // depends on its place: '.', ' ', '~'
  kEscaped,  // always escaped
  kWide      // 0x80 and above: depends on its code point
};

constexpr std::array<Byte, 256> kBytes = [] {
  std::array<Byte, 256> bytes{};
  for (std::size_t i = 0; i < 256; ++i) {
    const auto c = static_cast<char>(i);
    if (i < 0x20 || i == 0x7f) {
      bytes[i] = Byte::kEscaped;
    } else if (i >= 0x80) {
      bytes[i] = Byte::kWide;
    } else if (c >= 'A' && c <= 'Z') {
      bytes[i] = Byte::kCapital;
    } else if (std::string_view("%\\:<>\"|?*/").find(c) != std::string_view::npos) {
      bytes[i] = Byte::kEscaped;
    } else if (c == '.' || c == ' ' || c == '~') {
      bytes[i] = Byte::kPlaced;
    }
  }
  return bytes;
}();

Byte byte_class(char c) {
  return kBytes[static_cast<unsigned char>(c)];
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool starts_with_any_case(std::string_view name, std::string_view lower_case) {
  return name.size() >= lower_case.size() && std::equal(lower_case.begin(), lower_case.end(), name.begin(),
                                                        [](char want, char c) { return want == lower(c); });
}

// CON, NUL, COM1 and the like, alone or before a dot: devices on Windows.
bool is_device_name(std::string_view name) {
  std::string_view stem = name.substr(0, name.find('.'));
  while (stem.ends_with(' ')) stem.remove_suffix(1);
  for (std::string_view device : {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"}) {
    if (stem.size() == device.size() && starts_with_any_case(stem, device)) return true;
  }
  if (!starts_with_any_case(stem, "com") && !starts_with_any_case(stem, "lpt")) return false;
  const std::string_view number = stem.substr(3);
  return (number.size() == 1 && is_digit(number[0])) || number == "\u00b9" || number == "\u00b2" ||
         number == "\u00b3";
}

// A dot in front that git, or the directory store, would see as its own.
bool begins_like_somebodys_own(std::string_view name) {
  return starts_with_any_case(name, ".git") || starts_with_any_case(name, ".mailmap") ||
         starts_with_any_case(name, ".arkive");
}

bool is_first_escaped(std::string_view name) {
  switch (lower(name.front())) {
    case '.':
      return begins_like_somebodys_own(name);
    case 'a':
    case 'c':
    case 'l':
    case 'n':
    case 'p':
      return is_device_name(name);
    default:
      return false;
  }
}

// Code points that HFS leaves out of comparisons, and those that steer a terminal.
bool is_hidden(utf8proc_int32_t point) {
  return point < 0xa0 || point == 0x61c || (point >= 0x200b && point <= 0x200f) ||
         (point >= 0x2028 && point <= 0x202e) || (point >= 0x2060 && point <= 0x206f) || point == 0xfeff;
}

// Copies one code point from the front of `rest`, or escapes it or the one invalid byte there. Returns the
// bytes taken.
std::size_t append_wide(std::string& to, std::string_view rest, NameForm form) {
  utf8proc_int32_t point = -1;
  const utf8proc_ssize_t size =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(rest.data()),
                       static_cast<utf8proc_ssize_t>(std::min<std::size_t>(rest.size(), 4)), &point);
  const std::size_t taken = size > 0 ? static_cast<std::size_t>(size) : 1;
  const bool escape = form == NameForm::kTwin || size <= 0 || is_hidden(point);
  for (char c : rest.substr(0, taken)) {
    if (escape) {
      append_percent(to, c);
    } else {
      to += c;
    }
  }
  return taken;
}

bool is_placed_escaped(std::string_view name, std::size_t at) {
  if (name[at] == '~') return at + 1 < name.size() && is_digit(name[at + 1]);
  return at + 1 == name.size();
}

void append_encoded(std::string& to, std::string_view name, NameForm form) {
  if (name.empty()) return;
  std::size_t at = 0;
  if (is_first_escaped(name)) append_percent(to, name[at++]);
  while (at < name.size()) {
    const char c = name[at];
    const Byte what = byte_class(c);
    if (what == Byte::kWide) {
      at += append_wide(to, name.substr(at), form);
      continue;
    }
    if (what == Byte::kEscaped || (what == Byte::kCapital && form == NameForm::kTwin) ||
        (what == Byte::kPlaced && is_placed_escaped(name, at))) {
      append_percent(to, c);
    } else {
      to += c;
    }
    ++at;
  }
}

tl::unexpected<Error> bad_name(std::string_view encoded, const char* cause) {
  return fail(Outcome::kCorrupt, "decode name '" + printable(encoded) + "': " + cause);
}

}  // namespace

bool is_surely_plain(std::string_view name) {
  for (char c : name) {
    if (byte_class(c) > Byte::kPlaced) return false;
  }
  if (name.empty() || is_first_escaped(name)) return false;
  const char last = name.back();
  return last != '.' && last != ' ' && name.find('~') == std::string_view::npos &&
         name.size() <= kLongestEncodedName;
}

std::string encode_full_name(std::string_view name, NameForm form) {
  std::string encoded;
  encoded.reserve(name.size() + 8);
  append_encoded(encoded, name, form);
  return encoded;
}

std::string encode_name(std::string_view name, NameForm form) {
  std::string encoded = encode_full_name(name, form);
  return encoded.size() > kLongestEncodedName ? long_name_of(name) : encoded;
}

Result<std::string> decode_name(std::string_view encoded) {
  if (encoded.empty()) return bad_name(encoded, "it is empty");
  if (is_surely_plain(encoded)) return std::string(encoded);
  ARKIVE_ASSIGN(std::string name, undo_percents(encoded));
  if (encode_full_name(name) != encoded && encode_full_name(name, NameForm::kTwin) != encoded) {
    return bad_name(encoded, "not how its znode name is encoded");
  }
  return name;
}

bool is_long_name(std::string_view encoded) {
  return encoded.starts_with(kLongNamePrefix);
}

std::string long_name_of(std::string_view name) {
  return std::string(kLongNamePrefix) + hex(sha256(name));
}

std::string fold_key(std::string_view encoded) {
  std::string key(encoded);
  std::transform(key.begin(), key.end(), key.begin(), lower);
  if (std::all_of(key.begin(), key.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    return key;
  }
  // Twice, because composing after folding can make something that folds again.
  for (int round = 0; round < 2; ++round) {
    constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE |
                                                             UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    utf8proc_uint8_t* mapped = nullptr;
    const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(key.data()),
                                               static_cast<utf8proc_ssize_t>(key.size()), &mapped, kOptions);
    const Handle<utf8proc_uint8_t, std::free> owner(mapped);
    if (size < 0) return key;
    key.assign(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
  }
  return key;
}

std::string encode_path(std::string_view path) {
  if (path == "/") return "/";
  std::string encoded;
  for (std::size_t begin = 1; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    encoded += '/';
    append_encoded(encoded, path.substr(begin, end - begin), NameForm::kUsual);
    begin = end + 1;
  }
  return encoded;
}

Result<std::string> decode_path(std::string_view encoded) {
  if (encoded == "/") return std::string("/");
  if (!encoded.starts_with('/')) return bad_name(encoded, "a path begins with a slash");
  std::string path;
  for (std::size_t begin = 1; begin <= encoded.size();) {
    const std::size_t end = std::min(encoded.find('/', begin), encoded.size());
    ARKIVE_ASSIGN(const std::string name, decode_name(encoded.substr(begin, end - begin)));
    if (name.find('/') != std::string::npos) return bad_name(encoded, "a slash within a name");
    path += '/';
    path += name;
    begin = end + 1;
  }
  if (!check_path(path)) return bad_name(encoded, "not the path of a znode");
  return path;
}

}  // namespace arkive::zk
