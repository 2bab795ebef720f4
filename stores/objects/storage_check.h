/// Looks for damage in a store of objects, below what the layers above can see.
#pragma once

#include <string>
#include <vector>

#include "stores/objects/object_source.h"
#include "stores/repository.h"

namespace arkive::objects {

/// Repository::check_storage. Findings name objects by their keys: manifests that cannot be read or lead
/// nowhere; trees and lists missing, stray, changed in any byte; totals that are not those of the manifest.
/// What a killed run left behind is no damage. Run it while nothing is pruned.
Result<std::vector<Finding>> find_damage(const SharedStore& store, const std::string& cluster);

}  // namespace arkive::objects
