/// The runs of a cluster and their objects, as they lie in the store, and removing what no manifest needs.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "stores/layout/keys.h"
#include "stores/layout/run_index.h"
#include "stores/repository.h"
#include "stores/store.h"

namespace arkive::objects {

/// Reads every manifest of `cluster`, as layout::read_index().
Result<layout::RunIndex> read_index(const Store& store, const std::string& cluster);

/// An object below "trees/<cluster>/".
struct TreeObject {
  std::string key;
  std::uint64_t size = 0;
  std::string run_id;  ///< empty: the key is not one that a run writes
  layout::Part part = layout::Part::kTree;
};
Status for_each_tree_object(const Store& store, const std::string& cluster,
                            const std::function<Status(const TreeObject&)>& each);

/// Objects of trees that no run of `runs` needs. What no run writes is not among them.
Result<std::vector<TreeObject>> unneeded(const Store& store, const std::string& cluster,
                                         const std::vector<Manifest>& runs);

/// Removes the trees no manifest names; nothing when a manifest is damaged: it might name them. Call with the
/// lock held.
Status remove_leftovers(Store& store, const std::string& cluster, const layout::RunIndex& index);

/// Repository::prune, with the lock held (unless `dry_run`, which asks the store what it keeps): manifests
/// first, then trees.
Result<PruneReport> prune_runs(Store& store, const std::string& cluster, const std::vector<std::string>& ids,
                               bool dry_run);

}  // namespace arkive::objects
