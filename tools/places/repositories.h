/// Where runs are kept, as the command line names it: wires the kinds of repositories in.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stores/repository.h"
#include "stores/store.h"
#include "tools/places/place_options.h"
#include "tools/places/repository_name.h"

namespace arkive::tools {

struct OpenMode {
  bool create = false;
  bool break_lock = false;
  KeyOptions key = {};
};

/// `key`, where `name` is a store; none for a git history that is named beside stores.
KeyOptions key_for(const RepositoryName& name, const KeyOptions& key);

Result<std::unique_ptr<Repository>> open_repository(const RepositoryName& name, OpenMode mode = {});

/// The store itself, for what is kept there by key (topics). kUsage for a git history, which holds none.
Result<std::unique_ptr<Store>> open_store(const RepositoryName& name, OpenMode mode = {});

/// The store as it lies there, encrypted or not: for what is done with its keys.
Result<std::unique_ptr<Store>> open_store_undecrypted(const RepositoryName& name);

/// What restore adds to a cluster's name for the dump of what an overwrite replaces.
constexpr std::string_view kBeforeRestore = "-before-restore";

/// The cluster asked for; when none was, the only one of the repository (not
/// counting what restores kept). kUsage naming them when there are
/// several, kNotFound when there is none.
Result<std::string> choose_cluster(const Repository& repository, std::string_view wanted);

/// What a command needs of a run, where none was named.
enum class Need : std::uint8_t { kAnything, kWholeTree };

/// The run a reference names: an id or its unique beginning; a time: the newest run that began at or before
/// it; "" or "latest": the newest that serves the need (the newest whole one for kWholeTree). kNotFound with
/// what there is.
Result<Manifest> choose_run(const std::vector<Manifest>& runs, std::string_view reference, Need need);

/// Repository, cluster and run of --from in one go.
struct OpenedRun {
  std::unique_ptr<Repository> repository;
  std::string cluster;
  std::vector<Manifest> runs;  ///< all of the cluster, oldest first
  std::unique_ptr<RunReader> run;
  bool newer_not_whole = false;  ///< a newer run exists that is not whole and was passed over
};
/// With --public-key: kDenied or kCorrupt unless that very run is signed and all its files are what it says.
Result<OpenedRun> open_from(const FromOptions& from, Need need);

}  // namespace arkive::tools
