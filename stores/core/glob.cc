#include "stores/core/glob.h"

#include <cstdint>
#include <optional>

namespace arkive {

namespace {

constexpr std::string_view kAcross = "**";

/// Cuts the first part off `rest`; nothing when no part is left (`rest` is then null).
std::optional<std::string_view> next_part(std::string_view& rest) {
  if (rest.data() == nullptr) return std::nullopt;
  const std::size_t slash = rest.find('/');
  const std::string_view part = rest.substr(0, slash);
  rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  return part;
}

/// "/a/b" has the parts "", "a", "b", and "/" has the one part "": a trailing slash adds none.
std::string_view without_trailing_slash(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return path.data() == nullptr ? std::string_view("") : path;
}

struct Character {
  std::uint32_t point = 0;
  std::size_t size = 1;
};

/// One UTF-8 character, or one byte where the bytes are none: names need not be text.
Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  std::size_t size = 1;
  if (lead >= 0xc2 && lead < 0xe0) size = 2;
  if (lead >= 0xe0 && lead < 0xf0) size = 3;
  if (lead >= 0xf0 && lead < 0xf5) size = 4;
  if (size == 1 || at + size > text.size()) return {lead, 1};
  std::uint32_t point = lead & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80) return {lead, 1};
    point = (point << 6) | (byte(at + i) & 0x3fU);
  }
  return {point, size};
}

/// The set that starts at `pattern[at]` == '[': where it ends, and whether it holds `wanted`.
struct SetMatch {
  std::size_t end = 0;  ///< after the ']'; 0 when it is not closed
  bool holds = false;
};

SetMatch match_set(std::string_view pattern, std::size_t at, std::uint32_t wanted) {
  SetMatch match;
  ++at;
  const bool inverted = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (inverted) ++at;
  const auto take = [&]() -> std::optional<std::uint32_t> {
    if (at < pattern.size() && pattern[at] == '\\') ++at;
    if (at >= pattern.size()) return std::nullopt;
    const Character character = character_at(pattern, at);
    at += character.size;
    return character.point;
  };
  for (bool first = true; at < pattern.size(); first = false) {
    if (pattern[at] == ']' && !first) {
      match.end = at + 1;
      match.holds = match.holds != inverted;
      return match;
    }
    const auto low = take();
    if (!low) break;
    auto high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
      ++at;
      high = take();
      if (!high) break;
    }
    if (*low <= wanted && wanted <= *high) match.holds = true;
  }
  return {};
}

/// One part against one part. Only the last '*' ever needs a second try, so the time is bounded by the
/// product of the lengths.
bool part_matches(std::string_view pattern, std::string_view text) {
  if (text.empty()) return pattern.empty();
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size() || p < pattern.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      star_text = t;
      continue;
    }
    if (p < pattern.size() && t < text.size()) {
      const Character character = character_at(text, t);
      if (pattern[p] == '?') {
        ++p;
        t += character.size;
        continue;
      }
      if (pattern[p] == '[') {
        const SetMatch set = match_set(pattern, p, character.point);
        if (set.holds) {
          p = set.end;
          t += character.size;
          continue;
        }
      } else {
        const std::size_t literal = pattern[p] == '\\' ? p + 1 : p;
        if (pattern[literal] == text[t]) {
          p = literal + 1;
          ++t;
          continue;
        }
      }
    }
    if (star == std::string_view::npos || star_text >= text.size()) return false;
    star_text += character_at(text, star_text).size;
    p = star;
    t = star_text;
  }
  return true;
}

Status check_part(std::string_view part, std::string_view glob) {
  for (std::size_t at = 0; at < part.size();) {
    if (part[at] == '\\') {
      if (at + 1 == part.size()) {
        return fail(Outcome::kUsage, "parse glob '" + std::string(glob) + "': nothing follows a backslash",
                    "write \\\\ for a backslash; a slash cannot be quoted");
      }
      at += 2;
    } else if (part[at] == '[') {
      const SetMatch set = match_set(part, at, 0);
      if (set.end == 0) {
        return fail(Outcome::kUsage, "parse glob '" + std::string(glob) + "': a [ is never closed",
                    "write \\[ for the character itself");
      }
      at = set.end;
    } else {
      ++at;
    }
  }
  return ok();
}

/// Which parts of the glob may come next, after the parts of a path seen so far. Place i: parts 0..i-1 are
/// matched; place `parts.size()`: the whole glob is.
class Walk {
 public:
  explicit Walk(const std::vector<std::string>& parts) : parts_(parts), places_(parts.size() + 1, 0) {
    places_[0] = 1;
    skip_across();
  }

  void step(std::string_view part) {
    std::vector<char> next(places_.size(), 0);
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (places_[i] == 0) continue;
      if (parts_[i] == kAcross) {
        next[i] = 1;
        if (i + 1 == parts_.size()) next[i + 1] = 1;
      } else if (part_matches(parts_[i], part)) {
        next[i + 1] = 1;
      }
    }
    places_.swap(next);
    skip_across();
  }

  bool complete() const { return places_.back() != 0; }

  bool can_go_on() const {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (places_[i] != 0) return true;
    }
    return false;
  }

 private:
  /// "**" in the middle may stand for no part at all; at the end it stands for at least one.
  void skip_across() {
    for (std::size_t i = 0; i + 1 < parts_.size(); ++i) {
      if (places_[i] != 0 && parts_[i] == kAcross) places_[i + 1] = 1;
    }
  }

  const std::vector<std::string>& parts_;
  std::vector<char> places_;
};

}  // namespace

Glob::Glob(std::string text) : text_(std::move(text)) {
  std::string_view rest = without_trailing_slash(text_);
  while (const auto part = next_part(rest)) parts_.emplace_back(*part);
}

Result<Glob> Glob::parse(std::string_view text) {
  if (text.empty()) return fail(Outcome::kUsage, "parse glob '': it is empty");
  Glob glob{std::string(text)};
  for (const std::string& part : glob.parts_) ARKIVE_TRY(check_part(part, text));
  return glob;
}

bool Glob::matches(std::string_view path) const {
  Walk walk(parts_);
  std::string_view rest = without_trailing_slash(path);
  while (const auto part = next_part(rest)) walk.step(*part);
  return walk.complete();
}

bool Glob::covers(std::string_view path) const {
  Walk walk(parts_);
  std::string_view rest = without_trailing_slash(path);
  while (const auto part = next_part(rest)) {
    walk.step(*part);
    if (walk.complete()) return true;
    if (!walk.can_go_on()) return false;
  }
  return false;
}

bool Glob::may_match_below(std::string_view path) const {
  Walk walk(parts_);
  std::string_view rest = without_trailing_slash(path);
  while (const auto part = next_part(rest)) walk.step(*part);
  return walk.can_go_on();
}

std::string glob_of_path(std::string_view path) {
  std::string text;
  for (const char one : path) {
    if (std::string_view("*?[]\\").find(one) != std::string_view::npos) text += '\\';
    text += one;
  }
  return text;
}

}  // namespace arkive
