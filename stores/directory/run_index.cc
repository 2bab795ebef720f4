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

Result<RunIndex> read_index(const SharedRoot& root, const std::string& cluster) {
  ARKIVE_ASSIGN(const std::vector<std::string> names, names_below(*root, runs_of(cluster)));
  std::vector<std::string> ids;
  for (const std::string& name : names) {
    if (const std::string_view id = run_id_in(name); !id.empty()) ids.emplace_back(id);
  }
  return layout::read_index(DirectoryStore(root), cluster, ids, Deadline::never());
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
