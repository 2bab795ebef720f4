/// The section "stores", for the readers of files in which it stands. Internal to this folder.
#pragma once

#include <vector>

#include "tools/configuration/store_settings.h"
#include "tools/configuration/yaml_file_internal.h"

namespace arkive::tools {

/// `section`: what stands behind the key `name`. Errors as parse_store_settings().
Result<std::vector<StoreSettings>> read_stores(const YamlFile& file, const YAML::Node& name,
                                               const YAML::Node& section);

}  // namespace arkive::tools
