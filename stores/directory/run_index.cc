#include "stores/directory/run_index.h"

#include <algorithm>

#include "stores/directory/beneath.h"
#include "stores/directory/directory_store.h"
#include "stores/repository.h"

namespace arkive::directory {

namespace {

/// Names in a directory of the store; none when it is missing.
Result<std::vector<std::string>> names_below(const Root& root, const std::string& path) {
  DirectoryCursor cursor(root.fd.get(), root.path, IfMissing::kFail);
  const Result<int> fd = cursor.go_to(path);
  if (!fd && fd.error().outcome == Outcome::kNotFound) return std::vector<std::string>();
  if (!fd) return fail(fd.error());
  return names_in(*fd, root.object(path));
}

}  // namespace

bool RunIndex::holds(std::string_view id) const {
  return std::any_of(runs.begin(), runs.end(), [&](const Manifest& run) { return run.id == id; }) ||
         std::any_of(damaged.begin(), damaged.end(), [&](const Damaged& run) { return run.id == id; }) ||
         std::find(others.begin(), others.end(), id) != others.end();
}

Result<Manifest> read_manifest(const SharedRoot& root, const std::string& cluster, const std::string& id) {
  const std::string key = manifest_key(cluster, id);
  ARKIVE_ASSIGN(const std::string text, DirectoryStore(root).get(key, 0, 0, Deadline::never()));
  auto manifest = Manifest::from_json(text);
  if (!manifest) return fail(manifest.error().within("'" + printable(root->object(key)) + "'"));
  if (manifest->id != id || manifest->cluster != cluster) {
    return fail(Outcome::kCorrupt, "read manifest '" + printable(root->object(key)) +
                                       "': it is that of run " + printable(manifest->id) + " of cluster '" +
                                       printable(manifest->cluster) + "'");
  }
  return manifest;
}

Result<RunIndex> read_index(const SharedRoot& root, const std::string& cluster) {
  RunIndex index;
  ARKIVE_ASSIGN(const std::vector<std::string> names, names_below(*root, runs_of(cluster)));
  for (const std::string& name : names) {
    const std::string id(run_id_in(name));
    if (id.empty()) continue;
    auto manifest = read_manifest(root, cluster, id);
    if (manifest) {
      if (manifest->tree.location.empty() && !manifest->logs.location.empty()) {
        index.others.push_back(id);
      } else {
        index.runs.push_back(std::move(*manifest));
      }
      continue;
    }
    switch (manifest.error().outcome) {
      case Outcome::kNotFound:  // pruned meanwhile
        break;
      case Outcome::kCorrupt:
        index.damaged.push_back({id, manifest.error().what});
        break;
      default:
        return fail(std::move(manifest.error()));
    }
  }
  std::sort(index.runs.begin(), index.runs.end(), earlier_run);
  return index;
}

std::set<std::string> needed_locations(const std::vector<Manifest>& runs) {
  std::set<std::string> needed;
  for (const Manifest& run : runs) {
    needed.insert(run.tree.location);
    needed.insert(run.record.location);
  }
  return needed;
}

Result<bool> trees_exist(const Root& root, const std::string& cluster, const std::string& id) {
  ARKIVE_ASSIGN(const std::vector<std::string> ids, names_below(root, trees_of(cluster)));
  return std::binary_search(ids.begin(), ids.end(), id);
}

Result<std::vector<Location>> present_locations(const Root& root, const std::string& cluster) {
  std::vector<Location> present;
  ARKIVE_ASSIGN(const std::vector<std::string> ids, names_below(root, trees_of(cluster)));
  for (const std::string& id : ids) {
    if (!check_run_id(id)) continue;
    ARKIVE_ASSIGN(const std::vector<std::string> names, names_below(root, trees_of(cluster) + "/" + id));
    for (const Part part : kParts) {
      const bool is_there = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return name == directory_name(part) || name == list_name(part);
      });
      if (is_there) present.push_back({cluster, id, part});
    }
  }
  return present;
}

}  // namespace arkive::directory
