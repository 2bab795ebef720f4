#include "tools/arkive/topic_globs.h"

#include <algorithm>

namespace arkive::tools {
namespace {

bool any_matches(std::string_view topic, const std::vector<Glob>& globs) {
  return std::any_of(globs.begin(), globs.end(), [&](const Glob& glob) { return glob.matches(topic); });
}

}  // namespace

Result<std::vector<Glob>> topic_globs(const std::vector<std::string>& texts) {
  std::vector<Glob> globs;
  for (const std::string& text : texts) {
    if (text.empty() || text.find('/') != std::string::npos) {
      return fail(Outcome::kUsage, "read glob '" + text + "': no topic has such a name",
                  "globs are over topic names, for example 'orders*,payments'");
    }
    ARKIVE_ASSIGN(Glob glob, Glob::parse(text));
    globs.push_back(std::move(glob));
  }
  return globs;
}

bool is_selected(std::string_view topic, const std::vector<Glob>& wanted, const std::vector<Glob>& excluded) {
  return (wanted.empty() || any_matches(topic, wanted)) && !any_matches(topic, excluded);
}

}  // namespace arkive::tools
