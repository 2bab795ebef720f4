#include "kafka/groups/group_names.h"

#include <algorithm>

#include "stores/core/bytes.h"

namespace arkive::kafka {
namespace {

// Globs know slashes as bounds of parts; a name of a group has no parts.
std::string as_one_part(std::string_view text) {
  std::string part(text);
  std::replace(part.begin(), part.end(), '/', '\x1f');
  return part;
}

}  // namespace

Result<GroupGlobs> GroupGlobs::parse(std::span<const std::string> texts) {
  GroupGlobs parsed;
  for (const std::string& text : texts) {
    if (text.empty()) {
      return fail(Outcome::kUsage, "read glob '': no group has such a name",
                  "globs are over names of groups, for example 'billing*,shipping'");
    }
    Result<Glob> glob = Glob::parse(as_one_part(text));
    if (!glob) return fail(glob.error().within("read glob '" + printable(text) + "' of groups"));
    parsed.texts_.push_back(text);
    parsed.globs_.push_back(std::move(*glob));
  }
  return parsed;
}

bool GroupGlobs::match(std::string_view group) const {
  const std::string part = as_one_part(group);
  return std::any_of(globs_.begin(), globs_.end(), [&](const Glob& glob) { return glob.matches(part); });
}

std::vector<std::string> GroupGlobs::without_match(std::span<const std::string> groups) const {
  std::vector<std::string> without;
  for (std::size_t i = 0; i < globs_.size(); ++i) {
    const bool any = std::any_of(groups.begin(), groups.end(), [&](const std::string& group) {
      return globs_[i].matches(as_one_part(group));
    });
    if (!any) without.push_back(texts_[i]);
  }
  return without;
}

}  // namespace arkive::kafka
