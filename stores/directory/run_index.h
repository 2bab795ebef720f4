/// The runs of a cluster and their trees, as they lie in the store's directory.
#pragma once

#include <string>
#include <vector>

#include "stores/directory/layout.h"
#include "stores/layout/run_index.h"

namespace arkive::directory {

/// Reads every manifest of `cluster`; no such cluster is an empty index. Otherwise as layout::read_index().
Result<RunIndex> read_index(const SharedRoot& root, const std::string& cluster);

/// True when "trees/<cluster>/<id>" exists: an earlier run of that id was pruned, but others share its tree.
Result<bool> trees_exist(const Root& root, const std::string& cluster, const std::string& id);

/// The file trees that lie in "trees/<cluster>", needed or not, sorted by run; half removed ones too.
Result<std::vector<Location>> present_locations(const Root& root, const std::string& cluster);

}  // namespace arkive::directory
