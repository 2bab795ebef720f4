#include "kafka/wire/jaas.h"

#include <array>
#include <optional>

namespace arkive::kafka::wire {
namespace {

tl::unexpected<Error> bad(const std::string& cause) {
  return fail(Outcome::kUsage, cause, "it is written MODULE required name=\"value\" ... ;");
}

// The tokens of Java's StreamTokenizer, as far as JaasConfig uses them.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : left_(text) {}

  enum class Kind { kWord, kSign, kEnd, kOpenQuote };
  struct Token {
    Kind kind = Kind::kEnd;
    std::string text;
  };

  Token next() {
    skip_blanks();
    if (left_.empty()) return {};
    const char c = left_.front();
    left_.remove_prefix(1);
    if (c == '=' || c == ';') return {Kind::kSign, std::string(1, c)};
    if (c == '"' || c == '\'') return quoted(c);
    std::string word(1, c);
    while (!left_.empty() && !is_blank(left_.front()) && left_.front() != '=' && left_.front() != ';') {
      word.push_back(left_.front());
      left_.remove_prefix(1);
    }
    return {Kind::kWord, word};
  }

 private:
  static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

  void skip_blanks() {
    while (!left_.empty() && is_blank(left_.front())) left_.remove_prefix(1);
  }

  Token quoted(char quote) {
    std::string text;
    while (!left_.empty() && left_.front() != quote && left_.front() != '\n') {
      char c = left_.front();
      left_.remove_prefix(1);
      if (c == '\\' && !left_.empty()) c = escaped();
      text.push_back(c);
    }
    if (left_.empty() || left_.front() != quote) return {Kind::kOpenQuote, {}};
    left_.remove_prefix(1);
    return {Kind::kWord, text};
  }

  char escaped() {
    constexpr std::string_view kNames = "abfnrtv";
    constexpr std::array<char, 7> kValues = {'\a', '\b', '\f', '\n', '\r', '\t', '\v'};
    const char c = left_.front();
    if (c >= '0' && c <= '7') {
      // Up to three octal digits, the first at most 3 then.
      int value = 0;
      const std::size_t most = c <= '3' ? 3 : 2;
      for (std::size_t i = 0; i < most && !left_.empty() && left_.front() >= '0' && left_.front() <= '7';
           ++i) {
        value = value * 8 + (left_.front() - '0');
        left_.remove_prefix(1);
      }
      return static_cast<char>(value);
    }
    left_.remove_prefix(1);
    const std::size_t name = kNames.find(c);
    return name == std::string_view::npos ? c : kValues[name];
  }

  std::string_view left_;
};

}  // namespace

Result<JaasEntry> parse_jaas(std::string_view text) {
  Tokens tokens(text);
  const Tokens::Token module = tokens.next();
  const Tokens::Token flag = tokens.next();
  if (module.kind != Tokens::Kind::kWord) return bad("no login module");
  if (flag.kind != Tokens::Kind::kWord) return bad("no 'required' after the login module");
  JaasEntry entry;
  entry.module = module.text.substr(module.text.rfind('.') + 1);
  while (true) {
    const Tokens::Token name = tokens.next();
    if (name.kind == Tokens::Kind::kSign && name.text == ";") break;
    if (name.kind == Tokens::Kind::kEnd) return bad("no ; at the end");
    if (name.kind == Tokens::Kind::kOpenQuote) return bad("a quote is not closed");
    const Tokens::Token equals = tokens.next();
    const Tokens::Token value = tokens.next();
    if (value.kind == Tokens::Kind::kOpenQuote) return bad("a quote is not closed");
    if (name.kind != Tokens::Kind::kWord || equals.text != "=" || value.kind != Tokens::Kind::kWord) {
      return bad("an option is not name=\"value\"");
    }
    entry.options[name.text] = value.text;
  }
  if (tokens.next().kind != Tokens::Kind::kEnd) return bad("more than one login module");
  return entry;
}

}  // namespace arkive::kafka::wire
