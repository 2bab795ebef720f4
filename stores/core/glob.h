/// Globs over slash-separated paths: `*` and `?` within one part, `**` across parts, `[a-z]` sets, `\`
/// quotes. A glob that matches a path also covers everything below it when asked by covers().
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stores/core/result.h"

namespace arkive {

/// A parsed glob. Immutable; any thread. "/config/*" matches /config/topics but not /config/topics/a;
/// "/config/**" matches both and /config itself not.
class Glob {
 public:
  /// kUsage for an unclosed set or a trailing backslash.
  static Result<Glob> parse(std::string_view text);
  bool matches(std::string_view path) const;
  /// matches(path), or matches a parent of `path`.
  bool covers(std::string_view path) const;
  /// Could anything below `path` match? False lets a walker skip the subtree; true may be wrong on the safe
  /// side.
  bool may_match_below(std::string_view path) const;
  const std::string& text() const { return text_; }

 private:
  explicit Glob(std::string text);
  std::string text_;
  std::vector<std::string> parts_;
};

/// The text of a glob that matches `path` and nothing else.
std::string glob_of_path(std::string_view path);

}  // namespace arkive
