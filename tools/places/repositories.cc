#include "tools/places/repositories.h"

#include <algorithm>

#include "stores/azure/azure_store.h"
#include "stores/azure/environment.h"
#include "stores/core/time.h"
#include "stores/directory/directory_repository.h"
#include "stores/directory/directory_store.h"
#include "stores/directory/store_file.h"
#include "stores/gcs/access_key_store.h"
#include "stores/gcs/environment.h"
#include "stores/gcs/gcs_store.h"
#include "stores/git/git_repository.h"
#include "stores/objects/object_repository.h"
#include "stores/objects/root.h"
#include "stores/s3/environment.h"
#include "stores/s3/s3_store.h"
#include "tools/places/proving.h"
#include "tools/places/store_environments.h"
#include "tools/places/store_keys.h"
#include "zk/dump/facts.h"

namespace arkive::tools {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

bool serves(const Manifest& run, Need need) {
  if (need == Need::kAnything || run.whole) return true;
  return zk::tree_is_whole(run);
}

/// Who opens a store to read it and finds nothing has mistyped its name, or not made it yet.
template <class Opened>
Result<Opened> with_hint(Result<Opened> opened, const OpenMode& mode) {
  if (!opened && opened.error().outcome == Outcome::kNotFound && opened.error().hint.empty() &&
      !mode.create) {
    opened.error().hint =
        "check the name (a git history is named git:PATH, a bucket s3://BUCKET/PREFIX, "
        "gs://BUCKET/PREFIX or az://ACCOUNT/CONTAINER/PREFIX); arkive dump and arkive archive make a store "
        "where --to names a new "
        "one";
  }
  return opened;
}

/// Beside the store's directory; in a bucket there is no such place.
std::string redaction_key_of(const RepositoryName& name) {
  if (name.kind != RepositoryName::Kind::kDirectory) return {};
  std::string path = name.path;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path + ".redaction-key";
}

Result<std::unique_ptr<Store>> open_bucket(const std::string& path, const remote::Environment& environment) {
  ARKIVE_ASSIGN(s3::Location location, s3::Location::parse(path));
  ARKIVE_ASSIGN(s3::Settings settings, s3::settings_from(environment, std::move(location)));
  ARKIVE_ASSIGN(auto credentials, s3::credentials_from(environment, settings));
  return S3Store::open(std::move(settings), std::move(credentials));
}

Result<std::unique_ptr<Store>> open_google_bucket(const std::string& path,
                                                  const remote::Environment& environment) {
  ARKIVE_ASSIGN(gcs::Location location, gcs::Location::parse(path));
  ARKIVE_ASSIGN(gcs::Settings settings, gcs::settings_from(environment, std::move(location)));
  ARKIVE_ASSIGN(auto access_key, gcs::access_key_from(environment));
  if (access_key) return gcs::open_with_access_key(settings, std::move(*access_key));
  ARKIVE_ASSIGN(auto credentials, gcs::credentials_from(environment, settings));
  return GcsStore::open(std::move(settings), std::move(credentials));
}

Result<std::unique_ptr<Store>> open_container(const std::string& path,
                                              const remote::Environment& environment) {
  ARKIVE_ASSIGN(azure::Location location, azure::Location::parse(path));
  ARKIVE_ASSIGN(azure::Settings settings, azure::settings_from(environment, std::move(location)));
  ARKIVE_ASSIGN(auto credentials, azure::credentials_from(environment, settings));
  return AzureStore::open(std::move(settings), std::move(credentials));
}

/// Sends nothing yet.
Result<std::unique_ptr<Store>> open_remote(const RepositoryName& name) {
  ARKIVE_ASSIGN(const StoreSetup setup, setup_of(name));
  if (name.kind == RepositoryName::Kind::kBucket) return open_bucket(setup.path, setup.environment);
  if (name.kind == RepositoryName::Kind::kGoogleBucket)
    return open_google_bucket(setup.path, setup.environment);
  return open_container(setup.path, setup.environment);
}

/// As it lies there, encrypted or not.
Result<std::unique_ptr<Store>> open_undecrypted(const RepositoryName& name, bool create) {
  if (name.is_remote()) {
    ARKIVE_ASSIGN(auto store, open_remote(name));
    ARKIVE_TRY(objects::open_root(*store, create, Deadline::never()));
    return store;
  }
  ARKIVE_ASSIGN(auto root, directory::open_store(name.path, create));
  return std::make_unique<DirectoryStore>(std::move(root));
}

struct OpenedStore {
  std::unique_ptr<Store> store;
  bool trees_are_objects = false;  ///< else they lie there as plain files
};

Result<OpenedStore> open_store_of(const RepositoryName& name, const OpenMode& mode) {
  // A key that cannot be had is told before a store is made.
  ARKIVE_ASSIGN(const auto source, key_source(mode.key));
  if (source) ARKIVE_TRY(key_reader().key(*source, Deadline::never()));
  ARKIVE_ASSIGN(auto below, with_hint(open_undecrypted(name, mode.create), mode));
  OpenedStore opened{nullptr, source.has_value() || name.is_remote()};
  ARKIVE_ASSIGN(opened.store, with_key(std::move(below), mode.key, mode.create));
  return opened;
}

}  // namespace

Result<std::unique_ptr<Repository>> open_repository(const RepositoryName& name, OpenMode mode) {
  if (name.kind == RepositoryName::Kind::kGit) {
    ARKIVE_TRY(refuse_key(mode.key, "git:" + name.path));
    return with_hint(git::open_git_repository(name.path, mode.create, mode.break_lock), mode);
  }
  ARKIVE_ASSIGN(OpenedStore opened, open_store_of(name, mode));
  if (opened.trees_are_objects) {
    return open_object_repository(std::move(opened.store), /*create=*/false, redaction_key_of(name));
  }
  return with_hint(open_directory_repository(name.path, mode.create), mode);
}

KeyOptions key_for(const RepositoryName& name, const KeyOptions& key) {
  return name.kind == RepositoryName::Kind::kGit ? KeyOptions{.none = true} : key;
}

Result<std::unique_ptr<Store>> open_store(const RepositoryName& name, OpenMode mode) {
  if (name.kind == RepositoryName::Kind::kGit) {
    return fail(Outcome::kUsage, "open 'git:" + printable(name.path) + "': a git history holds no topics",
                "name a store: a directory or a bucket");
  }
  ARKIVE_ASSIGN(OpenedStore opened, open_store_of(name, mode));
  return std::move(opened.store);
}

Result<std::unique_ptr<Store>> open_store_undecrypted(const RepositoryName& name) {
  if (name.kind == RepositoryName::Kind::kGit) {
    return fail(Outcome::kUsage, "open 'git:" + printable(name.path) + "': a git history is never encrypted",
                "name a store: a directory or a bucket");
  }
  return with_hint(open_undecrypted(name, false), {});
}

Result<std::string> choose_cluster(const Repository& repository, std::string_view wanted) {
  ARKIVE_ASSIGN(std::vector<std::string> clusters, repository.clusters());
  if (!wanted.empty()) {
    if (std::find(clusters.begin(), clusters.end(), wanted) != clusters.end()) return std::string(wanted);
    return fail(Outcome::kNotFound,
                "open '" + repository.name() + "': it holds no cluster '" + std::string(wanted) + "'",
                clusters.empty() ? "it holds no run yet" : "it holds: " + joined(clusters));
  }
  // What a restore kept before overwriting stands beside its cluster and is asked for by name.
  const std::vector<std::string> all = clusters;
  std::erase_if(clusters, [&](const std::string& name) {
    return name.ends_with(kBeforeRestore) &&
           std::find(all.begin(), all.end(), name.substr(0, name.size() - kBeforeRestore.size())) !=
               all.end();
  });
  if (clusters.size() == 1) return clusters.front();
  if (clusters.empty()) {
    return fail(Outcome::kNotFound, "open '" + repository.name() + "': it holds no run yet",
                "make one with arkive dump");
  }
  return fail(Outcome::kUsage,
              "open '" + repository.name() + "': it holds several clusters: " + joined(clusters),
              "say which with --cluster");
}

Result<Manifest> choose_run(const std::vector<Manifest>& runs, std::string_view reference, Need need) {
  if (runs.empty())
    return fail(Outcome::kNotFound, "choose a run: there is no dump of a ZooKeeper yet",
                "make one with arkive dump; arkive list tells what there is");
  if (reference.empty() || reference == "latest") {
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
      if (serves(*run, need)) return *run;
    }
    return fail(Outcome::kNotFound,
                "choose a run: none of the " + std::to_string(runs.size()) + " runs is whole",
                "name one after an @, for example @" + runs.back().id + ", to take it although it is not");
  }
  const Manifest* found = nullptr;
  for (const Manifest& run : runs) {
    if (run.id == reference) return run;
    if (!run.id.starts_with(reference)) continue;
    if (found != nullptr) {
      return fail(Outcome::kUsage, "choose a run: '" + std::string(reference) + "' begins both " + found->id +
                                       " and " + run.id);
    }
    found = &run;
  }
  if (found != nullptr) return *found;
  const Result<UnixMilliseconds> moment = parse_time(reference);
  if (!moment) {
    return fail(Outcome::kNotFound,
                "choose a run: '" + std::string(reference) + "' is neither a run id nor a time",
                "arkive list shows the runs; a time looks like 2026-11-20T23:30:00Z");
  }
  for (const Manifest& run : runs) {
    if (run.started <= *moment && serves(run, need)) found = &run;
  }
  if (found != nullptr) return *found;
  return fail(Outcome::kNotFound, "choose a run: none had begun by " + format_time(*moment),
              "the oldest is of " + format_time(runs.front().started));
}

Result<OpenedRun> open_from(const FromOptions& from, Need need) {
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(from.from, true));
  ARKIVE_TRY(refuse_proof(name, "--public-key", from.public_key));
  OpenedRun opened;
  ARKIVE_ASSIGN(opened.repository, open_repository(name, {.key = from.key}));
  ARKIVE_ASSIGN(opened.cluster, choose_cluster(*opened.repository, from.cluster));
  ARKIVE_ASSIGN(opened.runs, opened.repository->runs(opened.cluster));
  ARKIVE_ASSIGN(const Manifest chosen, choose_run(opened.runs, name.reference, need));
  opened.newer_not_whole = name.reference.empty() && chosen.id != opened.runs.back().id;
  ARKIVE_ASSIGN(opened.run, opened.repository->open_run(opened.cluster, chosen.id));
  ARKIVE_TRY(prove_trees(*opened.run, from.public_key));
  return opened;
}

}  // namespace arkive::tools
