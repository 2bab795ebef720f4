#include "stores/git/git_repository.h"

#include <algorithm>
#include <set>

#include "stores/core/files.h"
#include "stores/core/log.h"
#include "stores/git/check.h"
#include "stores/git/maintenance.h"
#include "stores/git/pending_run.h"
#include "stores/git/references.h"
#include "stores/git/run_index.h"
#include "stores/git/run_writer.h"
#include "stores/git/tree_reader.h"

namespace arkive::git {

namespace {

/// Repacking costs seconds and a record shares most of its bytes with its neighbours, so it waits for this
/// many of them.
constexpr std::int64_t kPrunedBeforeRepack = 100;

class GitRunReader : public RunReader {
 public:
  GitRunReader(Manifest manifest, TreeReader tree, TreeReader record)
      : manifest_(std::move(manifest)), tree_(std::move(tree)), record_(std::move(record)) {}
  const Manifest& manifest() const override { return manifest_; }
  const FileTreeReader& tree() const override { return tree_; }
  const FileTreeReader& record() const override { return record_; }

 private:
  Manifest manifest_;
  TreeReader tree_;
  TreeReader record_;
};

class GitRepository : public Repository {
 public:
  GitRepository(std::string path, bool break_locks, std::unique_ptr<References> references,
                std::unique_ptr<ObjectStore> objects)
      : path_(std::move(path)),
        break_locks_(break_locks),
        references_(std::move(references)),
        objects_(std::move(objects)) {}

  std::string name() const override { return "git:" + path_; }
  std::string redaction_key_path() const override { return path_ + ".redaction-key"; }
  Result<std::vector<std::string>> clusters() const override;
  Result<std::vector<Manifest>> runs(std::string_view cluster) const override;
  Result<std::unique_ptr<RunReader>> open_run(std::string_view cluster, std::string_view id) const override;
  Result<std::unique_ptr<RunWriter>> begin(std::string_view cluster, std::string_view id,
                                           Deadline deadline) override;
  Status sign_runs(std::shared_ptr<const proof::SigningKey>) override {
    return fail(Outcome::kUsage, "sign runs in '" + name() + "': a git history is not signed by arkive",
                "git signs it itself: git tag -s, or a signed push; or sign the runs of a store");
  }
  Result<PruneReport> prune(std::string_view cluster, const std::vector<std::string>& ids,
                            bool dry_run) override;
  Result<std::vector<Finding>> check_storage(std::string_view cluster) const override;

 private:
  Result<FileLock> lock(Deadline deadline) const;
  Result<StoredRun> find_run(std::string_view cluster, std::string_view id) const;

  std::string path_;
  bool break_locks_;
  std::unique_ptr<References> references_;
  std::unique_ptr<ObjectStore> objects_;
};

Result<FileLock> GitRepository::lock(Deadline deadline) const {
  return FileLock::acquire(path_ + "/arkive.lock", deadline);
}

Result<std::vector<std::string>> GitRepository::clusters() const {
  std::set<std::string> names;
  constexpr std::string_view kBranches = "refs/heads/";
  ARKIVE_ASSIGN(const auto branches, references_->list(std::string(kBranches)));
  for (const References::Reference& branch : branches) {
    const std::string name = branch.name.substr(kBranches.size());
    if (!check_cluster_name(name)) continue;
    ARKIVE_ASSIGN(const std::vector<BranchCommit> commits, read_branch(*objects_, branch.id));
    if (std::any_of(commits.begin(), commits.end(),
                    [](const BranchCommit& c) { return c.run.has_value(); })) {
      names.insert(name);
    }
  }
  constexpr std::string_view kRuns = "refs/arkive/runs/";
  ARKIVE_ASSIGN(const auto runs, references_->list(std::string(kRuns)));
  for (const References::Reference& run : runs) {
    const std::string name = run.name.substr(kRuns.size());
    names.insert(name.substr(0, name.find('/')));
  }
  return std::vector<std::string>(names.begin(), names.end());
}

Result<std::vector<Manifest>> GitRepository::runs(std::string_view cluster) const {
  ARKIVE_TRY(check_cluster_name(cluster));
  ARKIVE_ASSIGN(std::vector<StoredRun> stored, read_runs(*objects_, *references_, cluster));
  std::vector<Manifest> manifests;
  manifests.reserve(stored.size());
  for (StoredRun& run : stored) manifests.push_back(std::move(run.manifest));
  return manifests;
}

Result<StoredRun> GitRepository::find_run(std::string_view cluster, std::string_view id) const {
  ARKIVE_TRY(check_cluster_name(cluster));
  ARKIVE_TRY(check_run_id(id));
  ARKIVE_ASSIGN(const std::optional<ObjectId> stored, references_->find(run_name(cluster, id)));
  std::optional<Error> damage;
  if (stored) {
    auto run = read_stored_run(*objects_, *stored, cluster, id);
    if (run) return run;
    damage = std::move(run.error());
  }
  ARKIVE_ASSIGN(const std::optional<ObjectId> tip, references_->find(branch_name(cluster)));
  ARKIVE_ASSIGN(const std::vector<BranchCommit> commits, read_branch(*objects_, tip));
  for (const BranchCommit& commit : commits) {
    if (commit.run == id) return StoredRun{rebuilt_manifest(commit, cluster), std::nullopt};
  }
  if (damage) return fail(std::move(*damage));
  return fail(Outcome::kNotFound, "open run '" + std::string(id) + "' of '" + std::string(cluster) +
                                      "': there is none in " + name());
}

Result<std::unique_ptr<RunReader>> GitRepository::open_run(std::string_view cluster,
                                                           std::string_view id) const {
  ARKIVE_ASSIGN(StoredRun run, find_run(cluster, id));
  ARKIVE_ASSIGN(const ObjectId commit_id, parse_object_id(run.manifest.tree.location));
  auto raw = objects_->read(commit_id, ObjectType::kCommit);
  if (!raw) {
    Error error = raw.error().within("open run '" + std::string(id) + "'");
    if (error.outcome == Outcome::kNotFound) error.outcome = Outcome::kCorrupt;  // the manifest names it
    return fail(std::move(error));
  }
  ARKIVE_ASSIGN(const Commit commit, parse_commit(*raw));
  // A store for each, so that each may be on a thread of its own.
  ARKIVE_ASSIGN(std::shared_ptr<ObjectStore> tree_objects, ObjectStore::open(path_));
  ARKIVE_ASSIGN(std::shared_ptr<ObjectStore> record_objects, ObjectStore::open(path_));
  return std::make_unique<GitRunReader>(std::move(run.manifest), TreeReader(tree_objects, commit.tree),
                                        TreeReader(record_objects, run.record));
}

Result<std::unique_ptr<RunWriter>> GitRepository::begin(std::string_view cluster, std::string_view id,
                                                        Deadline deadline) {
  ARKIVE_TRY(check_cluster_name(cluster));
  ARKIVE_TRY(check_run_id(id));
  ARKIVE_ASSIGN(FileLock held, lock(deadline));
  ARKIVE_TRY(recover(path_, *references_));
  ARKIVE_TRY(check_foreign_locks(path_, std::string(cluster), break_locks_, deadline));
  if (!references_->adopted()) {
    ARKIVE_TRY(PendingRun().write(path_));
    ARKIVE_TRY(references_->adopt());
    PendingRun::forget(path_);
  }
  remove_old_leftovers(path_);
  GitRunWriter::Beginning beginning;
  beginning.repository = path_;
  beginning.cluster = cluster;
  beginning.id = id;
  ARKIVE_ASSIGN(std::unique_ptr<ObjectStore> objects, ObjectStore::open(path_));
  ARKIVE_ASSIGN(beginning.tip, references_->find(branch_name(cluster)));
  ARKIVE_ASSIGN(const std::vector<BranchCommit> commits, read_branch(*objects, beginning.tip));
  if (!commits.empty()) {
    beginning.tree = commits.front().commit.tree;
    if (std::none_of(commits.begin(), commits.end(),
                     [](const BranchCommit& c) { return c.run.has_value(); })) {
      return fail(Outcome::kUsage,
                  "begin run of '" + beginning.cluster + "': that branch of " + name() +
                      " holds commits that arkive did not make",
                  "name another cluster or another repository");
    }
  }
  ARKIVE_ASSIGN(const auto stored, references_->list(run_prefix(cluster)));
  const bool taken =
      std::any_of(stored.begin(), stored.end(),
                  [&](const References::Reference& run) { return run.name == run_name(cluster, id); }) ||
      std::any_of(commits.begin(), commits.end(),
                  [&](const BranchCommit& commit) { return commit.run == id; });
  if (taken) return fail(Outcome::kConflict, "begin run '" + beginning.id + "': it exists in " + name());
  beginning.earlier_run = beginning.tip;
  if (!stored.empty()) {
    beginning.earlier_run = stored.back().id;
    const std::string newest = stored.back().name.substr(run_prefix(cluster).size());
    // A damaged one is no base to write from; verify tells about it.
    const auto run = read_stored_run(*objects, stored.back().id, cluster, newest);
    if (run) beginning.earlier_record = run->record;
  }
  return GitRunWriter::create(std::move(held), std::move(objects), *references_, std::move(beginning));
}

Result<PruneReport> GitRepository::prune(std::string_view cluster, const std::vector<std::string>& ids,
                                         bool dry_run) {
  ARKIVE_TRY(check_cluster_name(cluster));
  PruneReport report;
  std::optional<FileLock> held;
  if (!dry_run) {
    ARKIVE_ASSIGN(held, lock(Deadline::after(std::chrono::seconds(1))));
    ARKIVE_TRY(recover(path_, *references_));
    ARKIVE_TRY(check_foreign_locks(path_, std::string(cluster), break_locks_, Deadline::never()));
  }
  ARKIVE_ASSIGN(const std::optional<ObjectId> tip, references_->find(branch_name(cluster)));
  ARKIVE_ASSIGN(const std::vector<BranchCommit> commits, read_branch(*objects_, tip));
  for (const std::string& id : ids) {
    ARKIVE_TRY(check_run_id(id));
    ARKIVE_ASSIGN(const std::optional<ObjectId> stored, references_->find(run_name(cluster, id)));
    if (stored) {
      report.removed.push_back(id);
    } else if (std::none_of(commits.begin(), commits.end(),
                            [&](const BranchCommit& c) { return c.run == id; })) {
      return fail(Outcome::kNotFound,
                  "prune run '" + id + "' of '" + std::string(cluster) + "': there is none in " + name());
    }
  }
  if (dry_run) return report;
  ARKIVE_TRY(PendingRun().write(path_));
  std::vector<std::string> names;
  for (const std::string& id : report.removed) names.push_back(run_name(cluster, id));
  ARKIVE_TRY(references_->remove(names));
  ARKIVE_ASSIGN(const std::int64_t waiting,
                references_->add_pruned(static_cast<std::int64_t>(report.removed.size())));
  if (waiting >= kPrunedBeforeRepack) {
    // Only now are their records gone. Failing to free space is no failure to prune.
    auto freed = repack(path_, Deadline::never());
    if (freed) {
      report.bytes_freed = *freed;
      ARKIVE_TRY(references_->add_pruned(-waiting));
    } else {
      log_warning(freed.error().what);
    }
  }
  PendingRun::forget(path_);
  return report;
}

Result<std::vector<Finding>> GitRepository::check_storage(std::string_view cluster) const {
  ARKIVE_TRY(check_cluster_name(cluster));
  ARKIVE_ASSIGN(std::vector<Finding> findings, check_objects(path_, *references_, cluster));
  ARKIVE_ASSIGN(const std::vector<Finding> of_runs, check_runs(path_, *objects_, *references_, cluster));
  findings.insert(findings.end(), of_runs.begin(), of_runs.end());
  return findings;
}

}  // namespace

Result<std::unique_ptr<Repository>> open_git_repository(const std::string& path, bool create,
                                                        bool break_locks) {
  std::string place = path;
  while (place.size() > 1 && place.ends_with('/')) place.pop_back();
  if (place.empty()) return fail(Outcome::kUsage, "open repository '': no path is named");
  if (create) {
    const auto names = list_directory(place);
    if (names ? names->empty() : names.error().outcome == Outcome::kNotFound) {
      ARKIVE_TRY(References::create(place));
    }
  }
  ARKIVE_ASSIGN(std::unique_ptr<References> references, References::open(place));
  ARKIVE_ASSIGN(std::unique_ptr<ObjectStore> objects, ObjectStore::open(place));
  return std::make_unique<GitRepository>(place, break_locks, std::move(references), std::move(objects));
}

}  // namespace arkive::git
