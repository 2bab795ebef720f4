#include "stores/directory/removal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <unordered_map>

#include "stores/core/files.h"
#include "stores/core/interrupt.h"
#include "stores/core/system_call.h"
#include "stores/directory/beneath.h"
#include "stores/directory/tree_walk.h"

namespace arkive::directory {

namespace {

constexpr std::uint64_t kBlock = 512;  // the unit of st_blocks, whatever the file system's own

bool is_missing(const Error& error) {
  return error.outcome == Outcome::kNotFound;
}

/// Counts the space of files, each once, whatever its names.
class Space {
 public:
  explicit Space(const Root& root) : root_(root), cursor_(root.fd.get(), root.path, IfMissing::kFail) {}

  Status add_file(const std::string& path) {
    const SplitPath split = split_path(path);
    const Result<int> directory = cursor_.go_to(split.directory);
    if (!directory && is_missing(directory.error())) return ok();
    if (!directory) return fail(directory.error());
    struct stat facts = {};
    if (::fstatat(*directory, std::string(split.name).c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0) add(facts);
    return ok();
  }

  Status add_tree(const std::string& path) {
    const Status walked = walk_tree(root_, path, [this](const WalkedFile& file) -> Status {
      add(file.facts);
      return ok();
    });
    if (!walked && is_missing(walked.error())) return ok();
    return walked;
  }

  std::uint64_t freed() const { return freed_; }

 private:
  void add(const struct stat& facts) {
    const bool last_name =
        S_ISDIR(facts.st_mode) || facts.st_nlink == 1 || ++names_seen_[facts.st_ino] == facts.st_nlink;
    if (last_name) freed_ += static_cast<std::uint64_t>(facts.st_blocks) * kBlock;
  }

  const Root& root_;
  DirectoryCursor cursor_;
  std::unordered_map<ino_t, nlink_t> names_seen_;  ///< of files with several
  std::uint64_t freed_ = 0;
};

/// Removes directory and list of a part; the run's directory too once it is empty.
Status remove_location(const Root& root, const Location& location) {
  DirectoryCursor cursor(root.fd.get(), root.path, IfMissing::kFail);
  ARKIVE_ASSIGN(const int parent, cursor.go_to(location.parent()));
  for (const char* const name : {list_name(location.part), directory_name(location.part)}) {
    ARKIVE_TRY(remove_tree_at(parent, name, root.object(location.parent() + "/" + name)));
  }
  ARKIVE_ASSIGN(const int trees, cursor.go_to(trees_of(location.cluster)));
  if (traced([&] { return ::unlinkat(trees, location.run_id.c_str(), AT_REMOVEDIR); }) != 0 &&
      errno != ENOTEMPTY && errno != EEXIST && errno != ENOENT) {
    return fail(system_error("remove", root.object(location.parent()), errno));
  }
  return ok();
}

/// Of what lies there, all that no run of `index` needs.
Result<std::vector<Location>> unneeded(const Root& root, const std::string& cluster,
                                       const std::vector<Manifest>& runs) {
  ARKIVE_ASSIGN(std::vector<Location> locations, present_locations(root, cluster));
  const std::set<std::string> needed = needed_locations(runs);
  std::erase_if(locations, [&](const Location& location) { return needed.contains(location.to_string()); });
  return locations;
}

/// Removes the entries of `directory` whose name `is_leftover`.
template <class Test>
Status sweep(const Root& root, const std::string& directory, Test is_leftover) {
  DirectoryCursor cursor(root.fd.get(), root.path, IfMissing::kFail);
  const Result<int> fd = cursor.go_to(directory);
  if (!fd && is_missing(fd.error())) return ok();
  if (!fd) return fail(fd.error());
  ARKIVE_ASSIGN(const std::vector<std::string> names, names_in(*fd, root.object(directory)));
  for (const std::string& name : names) {
    if (is_leftover(name)) ARKIVE_TRY(remove_tree_at(*fd, name, root.object(directory + "/" + name)));
  }
  return ok();
}

/// Removes manifests, oldest first, and makes that durable before a tree is touched. Runs whose removal is
/// refused stay. False: one of these cannot be read.
Result<bool> remove_manifests(const Root& root, const std::string& cluster, PrunePlan& plan,
                              PruneReport& report) {
  if (plan.removed.empty()) return true;
  bool all_known = true;
  DirectoryCursor cursor(root.fd.get(), root.path, IfMissing::kFail);
  ARKIVE_ASSIGN(const int runs, cursor.go_to(runs_of(cluster)));
  for (const std::string& id : std::vector<std::string>(plan.removed)) {
    const std::string key = manifest_key(cluster, id);
    const std::string name(split_path(key).name);
    if (traced([&] { return ::unlinkat(runs, name.c_str(), 0); }) != 0 && errno != ENOENT) {
      Error error = system_error("remove", root.object(key), errno);
      if (error.outcome != Outcome::kDenied) return fail(std::move(error));
      report.refused.push_back({key, std::move(error.what)});
      if (!plan.keep(id)) all_known = false;
    }
  }
  if (traced([&] { return ::fsync(runs); }) != 0) {
    return fail(system_error("sync directory", root.object(runs_of(cluster)), errno));
  }
  return all_known;
}

/// A tree that the store will not let go costs no other one its removal.
Status remove_trees(const Root& root, const std::vector<Location>& locations, PruneReport& report) {
  for (const Location& location : locations) {
    ARKIVE_TRY(check_interrupt("prune"));
    Status removed = remove_location(root, location);
    if (removed) continue;
    if (removed.error().outcome != Outcome::kDenied) return removed;
    report.refused.push_back({location.to_string(), std::move(removed.error().what)});
    ARKIVE_ASSIGN(const std::uint64_t left, measure(root, {location}));
    report.bytes_freed -= std::min(report.bytes_freed, left);
  }
  return ok();
}

}  // namespace

Status remove_leftovers(const Root& root, const std::string& cluster, const RunIndex& index) {
  ARKIVE_TRY(sweep(root, runs_of(cluster),
                   [](const std::string& name) { return name.starts_with(kTemporaryFilePrefix); }));
  ARKIVE_TRY(sweep(root, trees_of(cluster), is_partial_name));
  if (!index.damaged.empty()) return ok();
  ARKIVE_ASSIGN(const std::vector<Location> locations, unneeded(root, cluster, index.runs));
  for (const Location& location : locations) ARKIVE_TRY(remove_location(root, location));
  return ok();
}

Result<std::uint64_t> measure(const Root& root, const std::vector<Location>& locations) {
  Space space(root);
  for (const Location& location : locations) {
    ARKIVE_TRY(space.add_file(location.parent() + "/" + list_name(location.part)));
    ARKIVE_TRY(space.add_tree(location.to_string()));
  }
  return space.freed();
}

Result<PruneReport> prune_runs(const SharedRoot& root, const std::string& cluster,
                               const std::vector<std::string>& ids, bool dry_run) {
  ARKIVE_ASSIGN(RunIndex index, read_index(root, cluster));
  ARKIVE_ASSIGN(PrunePlan plan, plan_prune(std::move(index), cluster, ids));
  PruneReport report;
  ARKIVE_ASSIGN(std::vector<Location> locations, unneeded(*root, cluster, plan.kept));
  ARKIVE_ASSIGN(const std::uint64_t planned, measure(*root, locations));
  report.bytes_freed = planned;
  if (!dry_run) {
    ARKIVE_ASSIGN(const bool all_known, remove_manifests(*root, cluster, plan, report));
    if (!all_known) locations.clear();
    if (!report.refused.empty()) {
      if (all_known) {
        ARKIVE_ASSIGN(locations, unneeded(*root, cluster, plan.kept));
      }
      ARKIVE_ASSIGN(report.bytes_freed, measure(*root, locations));
    }
    ARKIVE_TRY(remove_trees(*root, locations, report));
  }
  report.removed = std::move(plan.removed);
  report.bytes_kept = planned - std::min(planned, report.bytes_freed);
  return report;
}

}  // namespace arkive::directory
