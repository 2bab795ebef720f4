#include "stores/layout/run_index.h"

#include <algorithm>

#include "stores/layout/keys.h"
#include "stores/many_objects.h"

namespace arkive::layout {

bool RunIndex::holds(std::string_view id) const {
  return std::any_of(runs.begin(), runs.end(), [&](const Manifest& run) { return run.id == id; }) ||
         std::any_of(damaged.begin(), damaged.end(), [&](const Damaged& run) { return run.id == id; }) ||
         std::find(others.begin(), others.end(), id) != others.end();
}

namespace {

/// `text` as the manifest of that run.
Result<Manifest> parse_manifest(const Store& store, const std::string& cluster, const std::string& id,
                                const std::string& text) {
  const std::string object = printable(store.name() + "/" + manifest_key(cluster, id));
  auto manifest = Manifest::from_json(text);
  if (!manifest) return fail(manifest.error().within("'" + object + "'"));
  if (manifest->id != id || manifest->cluster != cluster) {
    return fail(Outcome::kCorrupt, "read manifest '" + object + "': it is that of run " +
                                       printable(manifest->id) + " of cluster '" +
                                       printable(manifest->cluster) + "'");
  }
  return manifest;
}

}  // namespace

Result<Manifest> read_manifest(const Store& store, const std::string& cluster, const std::string& id,
                               Deadline deadline) {
  ARKIVE_ASSIGN(const std::string text, store.get(manifest_key(cluster, id), 0, 0, deadline));
  return parse_manifest(store, cluster, id, text);
}

Result<RunIndex> read_index(const Store& store, const std::string& cluster,
                            const std::vector<std::string>& ids, Deadline deadline) {
  RunIndex index;
  std::vector<std::string> keys;
  for (const std::string& id : ids) keys.push_back(manifest_key(cluster, id));
  std::size_t taken = 0;
  const auto take = [&](const std::string&, Result<std::string> text) -> Status {
    const std::string& id = ids[taken++];
    auto manifest = text ? parse_manifest(store, cluster, id, *text) : fail(std::move(text.error()));
    if (manifest) {
      if (manifest->tree.location.empty() && !manifest->logs.location.empty()) {
        index.others.push_back(id);
      } else {
        index.runs.push_back(std::move(*manifest));
      }
      return ok();
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
    return ok();
  };
  ARKIVE_TRY(get_each(store, keys, take, deadline));
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

bool PrunePlan::keep(std::string_view id) {
  std::erase(removed, id);
  const auto found =
      std::find_if(going.begin(), going.end(), [&](const Manifest& run) { return run.id == id; });
  if (found == going.end()) return false;
  kept.push_back(std::move(*found));
  going.erase(found);
  return true;
}

Result<PrunePlan> plan_prune(RunIndex index, std::string_view cluster, const std::vector<std::string>& ids) {
  const std::set<std::string_view> wanted(ids.begin(), ids.end());
  for (const std::string_view id : wanted) {
    if (!index.holds(id)) {
      return fail(Outcome::kNotFound,
                  "prune: there is no run '" + printable(id) + "' of cluster '" + printable(cluster) + "'");
    }
  }
  PrunePlan plan;
  for (Manifest& run : index.runs) {
    if (wanted.contains(run.id)) {
      plan.removed.push_back(run.id);
      plan.going.push_back(std::move(run));
    } else {
      plan.kept.push_back(std::move(run));
    }
  }
  for (const RunIndex::Damaged& run : index.damaged) {
    if (!wanted.contains(run.id)) {
      return fail(Outcome::kCorrupt, "prune: which trees run " + run.id + " needs is not known: " + run.what,
                  "bring its manifest back, or prune that run by its id first");
    }
    plan.removed.push_back(run.id);
  }
  return plan;
}

}  // namespace arkive::layout
