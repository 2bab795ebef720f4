#include "zk/source.h"

#include <algorithm>

namespace arkive::zk {

bool Selection::takes(std::string_view candidate) const {
  if (!is_at_or_below(candidate, path)) return false;
  const auto covers = [&](const Glob& glob) { return glob.covers(candidate); };
  if (std::any_of(exclude.begin(), exclude.end(), covers)) return false;
  return include.empty() || std::any_of(include.begin(), include.end(), covers);
}

bool Selection::may_take_below(std::string_view candidate) const {
  if (!is_at_or_below(candidate, path) && !is_at_or_below(path, candidate)) return false;
  if (std::any_of(exclude.begin(), exclude.end(), [&](const Glob& glob) { return glob.covers(candidate); })) {
    return false;
  }
  return include.empty() || std::any_of(include.begin(), include.end(), [&](const Glob& glob) {
           return glob.covers(candidate) || glob.may_match_below(candidate);
         });
}

std::string_view consistency_name(Consistency consistency) {
  switch (consistency) {
    case Consistency::kQuiet:
      return "quiet";
    case Consistency::kFuzzy:
      return "fuzzy";
    case Consistency::kExact:
      return "exact";
  }
  return "fuzzy";
}

}  // namespace arkive::zk
