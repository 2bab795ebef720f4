/// The runs of a cluster as the repository shows them: its run references, and commits on its branch whose
/// run reference was pruned or never fetched.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stores/git/object_store.h"
#include "stores/git/references.h"
#include "stores/manifest/manifest.h"
#include "stores/repository.h"

namespace arkive::git {

std::string branch_name(std::string_view cluster);                    ///< "refs/heads/<cluster>"
std::string run_prefix(std::string_view cluster);                     ///< "refs/arkive/runs/<cluster>/"
std::string run_name(std::string_view cluster, std::string_view id);  ///< the two joined

/// A commit of the branch, newest first in a list.
struct BranchCommit {
  ObjectId id{};
  Commit commit;
  std::optional<std::string> run;  ///< its trailer
};
/// First parents from `tip` on.
Result<std::vector<BranchCommit>> read_branch(ObjectStore& objects, const std::optional<ObjectId>& tip);

/// What a run reference points to.
struct StoredRun {
  Manifest manifest;
  std::optional<ObjectId> record;  ///< tree
};
/// kCorrupt when it is not a run of that cluster with that id.
Result<StoredRun> read_stored_run(ObjectStore& objects, const ObjectId& commit, std::string_view cluster,
                                  std::string_view id);

/// A manifest from what a commit on the branch tells; its record is gone.
Manifest rebuilt_manifest(const BranchCommit& commit, std::string_view cluster);

/// All runs, oldest first. Run references that are damaged are left out (their commits stand in for them)
/// and, when `findings` is given, named there; else logged.
Result<std::vector<StoredRun>> read_runs(ObjectStore& objects, const References& references,
                                         std::string_view cluster, std::vector<Finding>* findings = nullptr);

}  // namespace arkive::git
