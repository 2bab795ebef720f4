/// Looks for damage in a store, below what the layers above can see.
#pragma once

#include <string>
#include <vector>

#include "stores/directory/layout.h"
#include "stores/repository.h"

namespace arkive::directory {

/// Repository::check_storage. Findings name files by their path in the store: manifests that cannot be read
/// or lead nowhere; files missing, stray, changed (hash), readable by others, links and devices; lists and
/// totals that are not those of the manifest. What a killed run left behind is no damage. Run it while
/// nothing is pruned.
Result<std::vector<Finding>> find_damage(const SharedRoot& root, const std::string& cluster);

}  // namespace arkive::directory
