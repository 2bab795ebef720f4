#include "kafka/prune/stored_runs.h"

#include <set>

#include "kafka/archive/layout.h"
#include "stores/many_objects.h"

namespace arkive::kafka {
namespace {

constexpr std::string_view kRuns = "runs/";
constexpr std::string_view kTopics = "topics/";
constexpr std::string_view kEnding = ".json";

/// The part of `key` behind `prefix`, when it is a cluster's name.
std::string cluster_in(std::string_view key, std::string_view prefix) {
  const std::string_view rest = key.substr(prefix.size());
  const std::size_t end = rest.find('/');
  if (end == std::string_view::npos || !check_cluster_name(rest.substr(0, end))) return {};
  return std::string(rest.substr(0, end));
}

Result<Manifest> read_run(const std::string& key, Result<std::string> text) {
  if (!text) return fail(std::move(text.error()));
  auto manifest = Manifest::from_json(*text);
  if (!manifest) return fail(manifest.error().within("'" + printable(key) + "'"));
  if (manifest_key(manifest->cluster, manifest->id) != key) {
    return fail(Outcome::kCorrupt, "read '" + printable(key) + "': it is the manifest of run " +
                                       printable(manifest->id) + " of cluster '" +
                                       printable(manifest->cluster) + "'");
  }
  return manifest;
}

}  // namespace

Result<std::map<std::string, StoredRuns>> read_all_runs(const Store& store, const std::string& cluster,
                                                        Deadline deadline) {
  std::map<std::string, StoredRuns> all;
  ARKIVE_TRY(get_each_below(
      store, kRuns,
      [](const std::string& key) {
        const std::string owner = cluster_in(key, kRuns);
        if (owner.empty() || !key.ends_with(kEnding)) return false;
        const std::size_t name = kRuns.size() + owner.size() + 1;
        return check_run_id(key.substr(name, key.size() - name - kEnding.size())).has_value();
      },
      [&](const std::string& key, Result<std::string> text) -> Status {
        const std::string owner = cluster_in(key, kRuns);
        auto manifest = read_run(key, std::move(text));
        if (manifest) {
          all[owner].runs.push_back(std::move(*manifest));
          return ok();
        }
        Error& error = manifest.error();
        if (error.outcome == Outcome::kNotFound) return ok();  // pruned meanwhile
        const bool is_newer = error.outcome == Outcome::kUsage;
        if (error.outcome != Outcome::kCorrupt && !(is_newer && owner != cluster))
          return fail(std::move(error));
        all[owner].damaged.push_back({key, std::move(error.what)});
        return ok();
      },
      deadline));
  return all;
}

Result<std::vector<std::string>> clusters_of_lists(const Store& store, Deadline deadline) {
  std::set<std::string> names;
  for (const std::string_view prefix : {kRuns, kTopics}) {
    ARKIVE_TRY(store.list(
        prefix,
        [&](const Store::Object& object) -> Status {
          std::string name = cluster_in(object.key, prefix);
          if (!name.empty()) names.insert(std::move(name));
          return ok();
        },
        deadline));
  }
  return std::vector<std::string>(names.begin(), names.end());
}

Result<std::vector<std::unique_ptr<StoreLock>>> lock_archives(Store& store,
                                                              const std::vector<std::string>& clusters,
                                                              Deadline deadline) {
  std::vector<std::unique_ptr<StoreLock>> locks;
  for (const std::string& cluster : clusters) {
    ARKIVE_ASSIGN(auto lock, store.lock(archive_lock(cluster), deadline));
    locks.push_back(std::move(lock));
  }
  return locks;
}

}  // namespace arkive::kafka
