/// The manifests of a store, of all its clusters.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/manifest/manifest.h"
#include "stores/repository.h"
#include "stores/store.h"

namespace arkive::kafka {

/// Of one cluster.
struct StoredRuns {
  std::vector<Manifest> runs;
  std::vector<Finding> damaged;  ///< those that cannot be read, and are left out
};

/// Every manifest under "runs/", by cluster. kUsage for one of a newer format of `cluster`; among the others
/// such a one counts as damaged.
Result<std::map<std::string, StoredRuns>> read_all_runs(const Store& store, const std::string& cluster,
                                                        Deadline deadline);

/// The clusters whose archives may share lists: those with runs, and those with segments though no run names
/// them yet. Sorted.
Result<std::vector<std::string>> clusters_of_lists(const Store& store, Deadline deadline);

/// The archive's locks of all of `clusters`. kConflict naming the first that is held.
Result<std::vector<std::unique_ptr<StoreLock>>> lock_archives(Store& store,
                                                              const std::vector<std::string>& clusters,
                                                              Deadline deadline);

}  // namespace arkive::kafka
