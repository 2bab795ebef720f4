#include "kafka/znodes/json_scan.h"

#include <cctype>
#include <charconv>
#include <cstdint>

namespace arkive::kafka {
namespace {

constexpr int kDeepest = 64;

class Scanner {
 public:
  Scanner(Bytes text, const std::function<void(const JsonScalar&)>& visit) : text_(text), visit_(visit) {}

  bool run() {
    skip_space();
    if (!value(0)) return false;
    skip_space();
    return at_ == text_.size();
  }

 private:
  bool value(int depth) {
    if (depth > kDeepest || at_ == text_.size()) return false;
    if (text_[at_] == '{') return object(depth);
    if (text_[at_] == '[') return array(depth);
    const std::size_t begin = at_;
    if (text_[at_] == '"') {
      if (!string()) return false;
      visit_({keys_, begin + 1, at_ - 1, true});
      return true;
    }
    if (!bare_word()) return false;
    visit_({keys_, begin, at_, false});
    return true;
  }

  bool object(int depth) {
    ++at_;
    skip_space();
    if (take('}')) return true;
    do {
      skip_space();
      const std::size_t begin = at_;
      if (at_ == text_.size() || text_[at_] != '"' || !string()) return false;
      keys_.push_back(unescape_json(text_.substr(begin + 1, at_ - begin - 2)));
      skip_space();
      if (!take(':')) return false;
      skip_space();
      if (!value(depth + 1)) return false;
      keys_.pop_back();
      skip_space();
    } while (take(','));
    return take('}');
  }

  bool array(int depth) {
    ++at_;
    skip_space();
    if (take(']')) return true;
    do {
      skip_space();
      if (!value(depth + 1)) return false;
      skip_space();
    } while (take(','));
    return take(']');
  }

  // Stands on the opening quote; ends behind the closing one.
  bool string() {
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c == '\\') ++at_;
    }
    return false;
  }

  // Numbers, true, false, null: which of them is the parser's business.
  bool bare_word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 ||
                                  text_[at_] == '-' || text_[at_] == '+' || text_[at_] == '.')) {
      ++at_;
    }
    return at_ > begin;
  }

  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }

  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Bytes text_;
  const std::function<void(const JsonScalar&)>& visit_;
  std::vector<std::string> keys_;
  std::size_t at_ = 0;
};

bool four_hex_digits(std::string_view text, std::size_t at, std::uint32_t& code) {
  if (text.size() < at + 4) return false;
  const char* begin = text.data() + at;
  const auto [end, error] = std::from_chars(begin, begin + 4, code, 16);
  return error == std::errc() && end == begin + 4;
}

void append_utf8(std::string& to, std::uint32_t code) {
  if (code < 0x80) {
    to += static_cast<char>(code);
  } else if (code < 0x800) {
    to += static_cast<char>(0xc0 | (code >> 6));
    to += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    to += static_cast<char>(0xe0 | (code >> 12));
    to += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    to += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    to += static_cast<char>(0xf0 | (code >> 18));
    to += static_cast<char>(0x80 | ((code >> 12) & 0x3f));
    to += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    to += static_cast<char>(0x80 | (code & 0x3f));
  }
}

char plain_escape(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return letter;
  }
}

}  // namespace

bool scan_json(Bytes text, const std::function<void(const JsonScalar&)>& visit) {
  return Scanner(text, visit).run();
}

std::string unescape_json(std::string_view raw) {
  std::string text;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\' || i + 1 == raw.size()) {
      text += raw[i];
      continue;
    }
    const char letter = raw[++i];
    std::uint32_t code = 0;
    if (letter != 'u') {
      text += plain_escape(letter);
    } else if (!four_hex_digits(raw, i + 1, code)) {
      text += "\\u";
    } else {
      i += 4;
      std::uint32_t low = 0;
      if (code >= 0xd800 && code < 0xdc00 && raw.substr(i + 1, 2) == "\\u" &&
          four_hex_digits(raw, i + 3, low) && low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        i += 6;
      }
      append_utf8(text, code);
    }
  }
  return text;
}

}  // namespace arkive::kafka
