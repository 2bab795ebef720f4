#include "stores/objects/run_objects.h"

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

Status remove_all(Store& store, const std::vector<TreeObject>& objects) {
  std::vector<std::string> keys;
  for (const TreeObject& object : objects) keys.push_back(object.key);
  return remove_each(
      store, keys,
      [](const std::string&, const Status& removed) -> Status {
        ARKIVE_TRY(check_interrupt("remove trees"));
        return removed;
      },
      Deadline::never());
}

/// False when the store refused it.
Result<bool> remove_unless_refused(Store& store, const std::string& key, PruneReport& report) {
  const Status removed = store.remove(key, Deadline::never());
  if (removed) return true;
  if (removed.error().outcome != Outcome::kDenied) return fail(removed.error());
  report.refused.push_back({key, removed.error().what});
  return false;
}

/// Moves runs that stay against the wish. False: one of them cannot be read.
Result<bool> remove_manifests(Store& store, const std::string& cluster, PrunePlan& plan,
                              PruneReport& report) {
  bool all_known = true;
  for (const std::string& id : std::vector<std::string>(plan.removed)) {
    ARKIVE_ASSIGN(const bool is_gone, remove_unless_refused(store, manifest_key(cluster, id), report));
    if (!is_gone && !plan.keep(id)) all_known = false;
  }
  return all_known;
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
  PruneReport report;
  if (!dry_run) {
    ARKIVE_ASSIGN(const bool all_known, remove_manifests(store, cluster, plan, report));
    if (!all_known) {
      objects.clear();
    } else if (!report.refused.empty()) {
      ARKIVE_ASSIGN(objects, unneeded(store, cluster, plan.kept));
    }
  }
  report.removed = std::move(plan.removed);
  for (const TreeObject& object : objects) {
    if (!dry_run) {
      ARKIVE_TRY(check_interrupt("prune"));
      ARKIVE_ASSIGN(const bool is_gone, remove_unless_refused(store, object.key, report));
      if (!is_gone) continue;
    }
    report.bytes_freed += object.size;
  }
  return report;
}

}  // namespace arkive::objects
