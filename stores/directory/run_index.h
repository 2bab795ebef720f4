/// The runs of a cluster as their manifests tell it, and which trees those need.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "stores/directory/layout.h"
#include "stores/manifest/manifest.h"

namespace arkive::directory {

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

/// Reads every manifest of `cluster`; no such cluster is an empty index. A damaged manifest does not hide the
/// others; one of a newer format is kUsage, for then nothing about this cluster is sure.
Result<RunIndex> read_index(const SharedRoot& root, const std::string& cluster);

/// One manifest. kNotFound, kCorrupt (also when it is that of another run), kUsage (newer format).
Result<Manifest> read_manifest(const SharedRoot& root, const std::string& cluster, const std::string& id);

/// The locations that `runs` need: Location::to_string().
std::set<std::string> needed_locations(const std::vector<Manifest>& runs);

/// True when "trees/<cluster>/<id>" exists: an earlier run of that id was pruned, but others share its tree.
Result<bool> trees_exist(const Root& root, const std::string& cluster, const std::string& id);

/// The file trees that lie in "trees/<cluster>", needed or not, sorted by run; half removed ones too.
Result<std::vector<Location>> present_locations(const Root& root, const std::string& cluster);

}  // namespace arkive::directory
