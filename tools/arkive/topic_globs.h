/// Topics, as --topics and --exclude-topics name them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stores/core/glob.h"
#include "stores/core/result.h"

namespace arkive::tools {

/// kUsage: a glob that no topic's name can match.
Result<std::vector<Glob>> topic_globs(const std::vector<std::string>& texts);

/// Whether one of `wanted` matches (no glob: all do) and none of `excluded`.
bool is_selected(std::string_view topic, const std::vector<Glob>& wanted, const std::vector<Glob>& excluded);

}  // namespace arkive::tools
