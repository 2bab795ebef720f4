#include "zk/tree_format/stat_line.h"

#include <charconv>

#include "zk/tree_format/layout.h"

namespace arkive::zk {
namespace {

// Takes a decimal number and, unless it is the last, the TAB after it.
template <class Number>
bool take_number(std::string_view& text, Number& number, bool last = false) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (last) return text.empty();
  if (!text.starts_with('\t')) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<Stat> parse_stat(std::string_view text) {
  Stat stat;
  if (take_number(text, stat.czxid) && take_number(text, stat.mzxid) && take_number(text, stat.pzxid) &&
      take_number(text, stat.ctime) && take_number(text, stat.mtime) && take_number(text, stat.version) &&
      take_number(text, stat.cversion) && take_number(text, stat.aversion) &&
      take_number(text, stat.num_children, true)) {
    return stat;
  }
  return std::nullopt;
}

std::optional<KindWords> parse_kind(std::string_view text) {
  KindWords words;
  if (text.starts_with(layout::kNullWord)) {
    words.null = true;
    text.remove_prefix(layout::kNullWord.size());
    if (text.empty()) return words;
    if (!text.starts_with(' ')) return std::nullopt;
    text.remove_prefix(1);
  }
  if (text == layout::kContainerWord) {
    words.kind = Kind::kContainer;
    return words;
  }
  if (!text.starts_with(layout::kTtlWord)) return std::nullopt;
  text.remove_prefix(layout::kTtlWord.size());
  words.kind = Kind::kTtl;
  if (!take_number(text, words.ttl, true) || words.ttl < 1) return std::nullopt;
  return words;
}

}  // namespace arkive::zk
