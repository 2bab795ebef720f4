/// The runs of a cluster as their manifests tell it, and which trees those need.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "stores/manifest/manifest.h"
#include "stores/store.h"

namespace arkive::layout {

struct RunIndex {
  struct Damaged {
    std::string id;
    std::string what;
  };
  std::vector<Manifest> runs;       ///< oldest first; those that have a tree
  std::vector<std::string> others;  ///< ids of runs without one: what they hold is not the repository's
  std::vector<Damaged> damaged;     ///< manifests that cannot be read: what they need is not known

  bool holds(std::string_view id) const;
};

/// Reads the manifests of `cluster` with these ids; one that is gone meanwhile is left out. A damaged
/// manifest does not hide the others; one of a newer format is kUsage, for then nothing about this cluster is
/// sure.
Result<RunIndex> read_index(const Store& store, const std::string& cluster,
                            const std::vector<std::string>& ids, Deadline deadline);

/// One manifest. kNotFound, kCorrupt (also when it is that of another run), kUsage (newer format).
Result<Manifest> read_manifest(const Store& store, const std::string& cluster, const std::string& id,
                               Deadline deadline);

/// The locations that `runs` need: Location::to_string().
std::set<std::string> needed_locations(const std::vector<Manifest>& runs);

/// What a prune removes and what it has to leave.
struct PrunePlan {
  std::vector<std::string> removed;  ///< ids of runs
  std::vector<Manifest> kept;
  std::vector<Manifest> going;  ///< of `removed`, those that can be read

  /// Run `id`, whose manifest could not be removed, stays. False when that one cannot be read: which trees it
  /// needs is not known, and none may be removed.
  bool keep(std::string_view id);
};
/// kNotFound for an id that `index` does not hold; kCorrupt when the manifest of a run that stays cannot be
/// read: which trees that one needs is not known.
Result<PrunePlan> plan_prune(RunIndex index, std::string_view cluster, const std::vector<std::string>& ids);

}  // namespace arkive::layout
