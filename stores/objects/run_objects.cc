#include "stores/objects/run_objects.h"

#include <algorithm>

#include "stores/core/interrupt.h"
#include "stores/many_objects.h"

namespace arkive::objects {

using namespace layout;  // NOLINT(google-build-using-namespace): what all kinds of stores share

Result<RunIndex> read_index(const Store& store, const std::string& cluster) {
  const std::string prefix = runs_of(cluster) + "/";
  std::vector<std::string> ids;
  ARKIVE_TRY(store.list(
      prefix,
      [&](const Store::Object& object) -> Status {
        const std::string_view id = run_id_in(std::string_view(object.key).substr(prefix.size()));
        if (!id.empty()) ids.emplace_back(id);
        return ok();
      },
      Deadline::never()));
  return layout::read_index(store, cluster, ids, Deadline::never());
}

Status for_each_tree_object(const Store& store, const std::string& cluster,
                            const std::function<Status(const TreeObject&)>& each) {
  const std::string prefix = trees_of(cluster) + "/";
  return store.list(
      prefix,
      [&](const Store::Object& object) -> Status {
        TreeObject found = {object.key, object.size, {}, Part::kTree};
        const SplitPath rest = split_path(std::string_view(object.key).substr(prefix.size()));
        for (const Part part : kParts) {
          if (rest.name != tar_name(part) && rest.name != list_name(part)) continue;
          if (!check_run_id(rest.directory)) continue;
          found.run_id = rest.directory;
          found.part = part;
        }
        return each(found);
      },
      Deadline::never());
}

Result<std::vector<TreeObject>> unneeded(const Store& store, const std::string& cluster,
                                         const std::vector<Manifest>& runs) {
  const std::set<std::string> needed = needed_locations(runs);
  std::vector<TreeObject> found;
  ARKIVE_TRY(for_each_tree_object(store, cluster, [&](const TreeObject& object) -> Status {
    if (object.run_id.empty()) return ok();
    // The list of hashes has one name, however the files beside it are kept.
    for (const Form form : {Form::kFiles, Form::kTar}) {
      if (needed.contains(Location{cluster, object.run_id, object.part, form}.to_string())) return ok();
    }
    found.push_back(object);
    return ok();
  }));
  return found;
}

namespace {

std::vector<std::string> keys_of(const std::vector<TreeObject>& objects) {
  std::vector<std::string> keys;
  for (const TreeObject& object : objects) keys.push_back(object.key);
  return keys;
}

Status remove_all(Store& store, const std::vector<TreeObject>& objects) {
  return remove_each(
      store, keys_of(objects),
      [](const std::string&, const Status& removed) -> Status {
        ARKIVE_TRY(check_interrupt("remove trees"));
        return removed;
      },
      Deadline::never());
}

/// Removes objects, or only asks whether the store would.
class Removal {
 public:
  Removal(Store& store, bool dry_run, PruneReport& report)
      : store_(store), dry_run_(dry_run), report_(report) {}

  /// Of each of `keys` whether it is gone. What the store refuses is in the report.
  Result<std::vector<bool>> of(const std::vector<std::string>& keys) {
    std::vector<bool> gone;
    const auto take = [&](const std::string& key, const Status& removed) -> Status {
      if (!removed && removed.error().outcome != Outcome::kDenied) return removed;
      if (!removed) report_.refused.push_back({key, removed.error().what});
      gone.push_back(removed.has_value());
      return check_interrupt("prune");
    };
    if (dry_run_) {
      ARKIVE_TRY(ask_removal_of_each(store_, keys, take, Deadline::never()));
    } else {
      for (const std::string& key : keys) ARKIVE_TRY(take(key, store_.remove(key, Deadline::never())));
    }
    return gone;
  }

 private:
  Store& store_;
  const bool dry_run_;
  PruneReport& report_;
};

/// Moves runs that stay against the wish. False: one of them cannot be read.
Result<bool> remove_manifests(Removal& removal, const std::string& cluster, PrunePlan& plan) {
  const std::vector<std::string> ids = plan.removed;
  std::vector<std::string> keys;
  for (const std::string& id : ids) keys.push_back(manifest_key(cluster, id));
  ARKIVE_ASSIGN(const std::vector<bool> gone, removal.of(keys));
  bool all_known = true;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!gone[i] && !plan.keep(ids[i])) all_known = false;
  }
  return all_known;
}

std::uint64_t bytes_of(const std::vector<TreeObject>& objects) {
  std::uint64_t bytes = 0;
  for (const TreeObject& object : objects) bytes += object.size;
  return bytes;
}

}  // namespace

Status remove_leftovers(Store& store, const std::string& cluster, const RunIndex& index) {
  if (!index.damaged.empty()) return ok();
  ARKIVE_ASSIGN(const std::vector<TreeObject> objects, unneeded(store, cluster, index.runs));
  return remove_all(store, objects);
}

Result<PruneReport> prune_runs(Store& store, const std::string& cluster, const std::vector<std::string>& ids,
                               bool dry_run) {
  ARKIVE_ASSIGN(RunIndex index, read_index(store, cluster));
  ARKIVE_ASSIGN(PrunePlan plan, plan_prune(std::move(index), cluster, ids));
  ARKIVE_ASSIGN(std::vector<TreeObject> objects, unneeded(store, cluster, plan.kept));
  const std::uint64_t planned = bytes_of(objects);
  PruneReport report;
  Removal removal(store, dry_run, report);
  ARKIVE_ASSIGN(const bool all_known, remove_manifests(removal, cluster, plan));
  if (!all_known) {
    objects.clear();
  } else if (!report.refused.empty()) {
    ARKIVE_ASSIGN(objects, unneeded(store, cluster, plan.kept));
  }
  report.removed = std::move(plan.removed);
  ARKIVE_ASSIGN(const std::vector<bool> gone, removal.of(keys_of(objects)));
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (gone[i]) report.bytes_freed += objects[i].size;
  }
  report.bytes_kept = planned - std::min(planned, report.bytes_freed);
  return report;
}

}  // namespace arkive::objects
