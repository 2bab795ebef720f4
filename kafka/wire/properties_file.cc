#include "kafka/wire/properties_file.h"

#include <algorithm>
#include <cstdint>

namespace arkive::kafka::wire {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\f';
}

void append_utf8(std::string& to, std::uint32_t point) {
  const auto byte = [&](std::uint32_t bits) { to.push_back(static_cast<char>(bits)); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xc0 | (point >> 6));
    byte(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    byte(0xe0 | (point >> 12));
    byte(0x80 | ((point >> 6) & 0x3f));
    byte(0x80 | (point & 0x3f));
  } else {
    byte(0xf0 | (point >> 18));
    byte(0x80 | ((point >> 12) & 0x3f));
    byte(0x80 | ((point >> 6) & 0x3f));
    byte(0x80 | (point & 0x3f));
  }
}

// Lines as Java joins them: without comments, blank lines and the ends of continued lines.
class LogicalLines {
 public:
  explicit LogicalLines(std::string_view text) : left_(text) {}

  /// False at the end. `number` is that of the first of the joined lines.
  bool next(std::string& line, int& number) {
    line.clear();
    bool continued = false;
    while (!left_.empty()) {
      const int here = ++number_;
      std::string_view piece = take();
      while (!piece.empty() && is_blank(piece.front())) piece.remove_prefix(1);
      if (!continued) {
        if (piece.empty() || piece.front() == '#' || piece.front() == '!') continue;
        number = here;
      }
      const auto last = piece.find_last_not_of('\\');
      const std::size_t slashes = piece.size() - (last == std::string_view::npos ? 0 : last + 1);
      continued = slashes % 2 == 1;
      if (continued) piece.remove_suffix(1);
      line.append(piece);
      if (!continued) return true;
    }
    return !line.empty();
  }

 private:
  std::string_view take() {
    const std::size_t end = left_.find_first_of("\r\n");
    const std::string_view line = left_.substr(0, end);
    if (end == std::string_view::npos) {
      left_ = {};
    } else {
      const bool both = left_[end] == '\r' && end + 1 < left_.size() && left_[end + 1] == '\n';
      left_.remove_prefix(end + (both ? 2 : 1));
    }
    return line;
  }

  std::string_view left_;
  int number_ = 0;
};

// Undoes escapes. False for a bad \uXXXX.
class Unescaped {
 public:
  bool read(std::string_view from) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (from[i] != '\\' || i + 1 == from.size()) {
        add(static_cast<unsigned char>(from[i]));
        continue;
      }
      switch (const char c = from[++i]) {
        case 't':
          add('\t');
          break;
        case 'n':
          add('\n');
          break;
        case 'r':
          add('\r');
          break;
        case 'f':
          add('\f');
          break;
        case 'u': {
          std::uint32_t unit = 0;
          if (!read_unit(from.substr(i + 1), unit)) return false;
          i += 4;
          add(unit);
          break;
        }
        default:
          add(static_cast<unsigned char>(c));
      }
    }
    flush();
    return true;
  }
  std::string text;

 private:
  static bool read_unit(std::string_view digits, std::uint32_t& unit) {
    if (digits.size() < 4) return false;
    for (const char c : digits.substr(0, 4)) {
      const auto found = std::string_view("0123456789abcdef").find(static_cast<char>(c | 0x20));
      const bool is_digit = (c >= '0' && c <= '9') || (found != std::string_view::npos && found >= 10);
      if (!is_digit) return false;
      unit = unit * 16 + static_cast<std::uint32_t>(c >= '0' && c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return true;
  }

  // UTF-16 units, of which two may make one character.
  void add(std::uint32_t unit) {
    if (high_ != 0 && unit >= 0xdc00 && unit < 0xe000) {
      append_utf8(text, 0x10000 + ((high_ - 0xd800) << 10) + (unit - 0xdc00));
      high_ = 0;
      return;
    }
    flush();
    if (unit >= 0xd800 && unit < 0xdc00) {
      high_ = unit;
    } else {
      append_utf8(text, unit >= 0xdc00 && unit < 0xe000 ? '?' : unit);
    }
  }
  void flush() {
    if (high_ != 0) text.push_back('?');  // as Java encodes half a pair
    high_ = 0;
  }
  std::uint32_t high_ = 0;
};

}  // namespace

Result<std::vector<Property>> parse_properties(std::string_view text) {
  std::vector<Property> properties;
  LogicalLines lines(text);
  std::string line;
  int number = 0;
  while (lines.next(line, number)) {
    std::size_t key_end = 0;
    while (key_end < line.size() && !is_blank(line[key_end]) && line[key_end] != '=' &&
           line[key_end] != ':') {
      key_end += line[key_end] == '\\' ? 2U : 1U;
    }
    key_end = std::min(key_end, line.size());
    std::size_t value = key_end;
    while (value < line.size() && is_blank(line[value])) ++value;
    if (value < line.size() && (line[value] == '=' || line[value] == ':')) {
      ++value;
      while (value < line.size() && is_blank(line[value])) ++value;
    }
    const std::string_view whole(line);
    Unescaped key_text;
    Unescaped value_text;
    if (!key_text.read(whole.substr(0, key_end)) || !value_text.read(whole.substr(value))) {
      return fail(Outcome::kUsage, "line " + std::to_string(number) + ": \\u wants four hexadecimal digits");
    }
    properties.push_back({std::move(key_text.text), std::move(value_text.text), number});
  }
  return properties;
}

}  // namespace arkive::kafka::wire
