/// Globs over names of consumer groups. Such a name may hold anything, slashes too, and is one word here:
/// `*` matches all of "team/billing".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/glob.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// Immutable; any thread.
class GroupGlobs {
 public:
  GroupGlobs() = default;
  /// kUsage naming the glob that is none.
  static Result<GroupGlobs> parse(std::span<const std::string> texts);

  bool empty() const { return globs_.empty(); }
  bool match(std::string_view group) const;
  /// Those that match none of `groups`, as they were given.
  std::vector<std::string> without_match(std::span<const std::string> groups) const;

 private:
  std::vector<std::string> texts_;
  std::vector<Glob> globs_;
};

}  // namespace arkive::kafka
