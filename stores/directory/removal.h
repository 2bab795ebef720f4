/// Removing what no manifest needs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "stores/directory/layout.h"
#include "stores/directory/run_index.h"
#include "stores/repository.h"

namespace arkive::directory {

/// Removes what killed writers and prunes left behind in `cluster`: temporary files, partial runs, and trees
/// no manifest names (not when a manifest is damaged: it might name them). Call with the lock held.
Status remove_leftovers(const Root& root, const std::string& cluster, const RunIndex& index);

/// Repository::prune, with the lock held (unless `dry_run`).
Result<PruneReport> prune_runs(const SharedRoot& root, const std::string& cluster,
                               const std::vector<std::string>& ids, bool dry_run);

/// Disk space that goes free when all of `locations` are removed: of files whose every name is among them.
Result<std::uint64_t> measure(const Root& root, const std::vector<Location>& locations);

}  // namespace arkive::directory
