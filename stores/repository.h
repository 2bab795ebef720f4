/// Repository: a place that keeps runs: a store, as plain files (`dir:`) or as objects (a bucket, anything
/// encrypted), and a git history (`git:`). One contract suite runs over all
/// (tests/contract/repository_contract.h).
///
/// A run has a manifest, a tree (what is kept, in git: one commit per changed tree) and a record (what merely
/// moves, for every run).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/file_tree.h"
#include "stores/manifest/manifest.h"

namespace arkive {

namespace proof {
class SigningKey;
}

/// Writes one run. Holds the repository's lock from begin() on. Destroyed without commit(): nothing of it
/// remains but, after a crash, temporary files that the next run removes. One thread at a time.
class RunWriter {
 public:
  struct TreeOutcome {
    bool changed = false;             ///< against the last committed run of the cluster; true for the first
    bool first = false;               ///< there was none
    std::vector<FileChange> changes;  ///< ascending, at most 20,000, none when `first`
    std::uint64_t change_count = 0;   ///< all of them
  };
  virtual ~RunWriter() = default;
  /// First the whole tree ...
  virtual FileTreeWriter& tree() = 0;
  virtual Result<TreeOutcome> finish_tree() = 0;
  /// ... then the whole record ...
  virtual FileTreeWriter& record() = 0;
  /// ... then the commit: on return the run is durable and visible, or neither. Fills manifest.tree.location,
  /// manifest.record.location and manifest.changed (a copy of a signed run keeps that); sha256, files and
  /// bytes are the caller's. `message` is the commit message of a changed tree (subject, blank line, body);
  /// trailers are added here.
  virtual Result<Manifest> commit(Manifest manifest, std::string_view message) = 0;
};

class RunReader {
 public:
  virtual ~RunReader() = default;
  virtual const Manifest& manifest() const = 0;
  virtual const FileTreeReader& tree() const = 0;
  /// Empty when the record was pruned.
  virtual const FileTreeReader& record() const = 0;
};

/// Damage that verify found, or a doubt.
struct Finding {
  std::string object;  ///< "run 2026...", "znodes/config/topics/orders"
  std::string what;    ///< "sha256 differs from files.sha256"
};

/// What a store refuses: to remove an object (under retention, no right), or to keep it for longer.
struct Refusal {
  std::string object;  ///< its key: "runs/prod/2026....json"
  std::string what;    ///< the store's own words
};

struct PruneReport {
  std::vector<std::string> removed;  ///< run ids
  std::uint64_t bytes_freed = 0;     ///< as far as known before a git repack
  std::uint64_t bytes_kept = 0;      ///< of trees that stay since the store refuses
  /// A run whose manifest is among them stays, with all that it needs.
  std::vector<Refusal> refused;
};

/// Opened for one process; several processes may read while one writes. Not thread-safe.
class Repository {
 public:
  virtual ~Repository() = default;
  /// As the user named it: "git:/backup/zoo.git", "/backup/store".
  virtual std::string name() const = 0;
  /// The branch or folder names in use, sorted.
  virtual Result<std::vector<std::string>> clusters() const = 0;
  /// Committed runs of a cluster, oldest first. Runs in which nothing changed are there too. Costs one small
  /// read a run.
  virtual Result<std::vector<Manifest>> runs(std::string_view cluster) const = 0;
  /// kNotFound when there is no such run.
  virtual Result<std::unique_ptr<RunReader>> open_run(std::string_view cluster,
                                                      std::string_view id) const = 0;
  /// Takes the lock (kConflict when another run holds it until `deadline`), removes leftovers of killed runs.
  /// kConflict too for an id that exists.
  virtual Result<std::unique_ptr<RunWriter>> begin(std::string_view cluster, std::string_view id,
                                                   Deadline deadline) = 0;
  /// Runs that begin from then on are signed by `key` (docs/format-proof.md). kUsage where none can be.
  virtual Status sign_runs(std::shared_ptr<const proof::SigningKey> key) = 0;
  /// Removes the runs named. In a git history this removes their records; commits stay in the history, and so
  /// runs() goes on to list those that changed something, with an empty record.location, and open_run() to
  /// open them with an empty record. Goes on where a removal is refused (kDenied). kNotFound for a run that
  /// is not there. With `dry_run` nothing is removed: the report is that of such a removal, refused is what
  /// the store says that it keeps.
  virtual Result<PruneReport> prune(std::string_view cluster, const std::vector<std::string>& ids,
                                    bool dry_run) = 0;
  /// Looks for damage of the storage itself, below what the tree's hashes show (git fsck; missing files;
  /// stray files in a tree): all that is found.
  virtual Result<std::vector<Finding>> check_storage(std::string_view cluster) const = 0;
  /// The path of the secret key file that lies beside the repository ("<path>.redaction-key"); empty: there
  /// is no such place.
  virtual std::string redaction_key_path() const = 0;
};

/// Names of clusters and runs become file names and names of git references, so both are 1..100 ASCII
/// letters, digits, '.', '_', '-', begin with a letter or digit, do not end with '.' or ".lock" and hold no
/// "..". kUsage otherwise.
Status check_cluster_name(std::string_view name);
Status check_run_id(std::string_view id);

/// Opens "git:PATH", "dir:PATH" or "PATH". With `create`, makes what is not there. Errors: kUsage (not a
/// repository of arkive, unknown format version), kNotFound (absent and not `create`), kDenied. Stands in
/// tools/ (tools wires the kinds in); here only for reference:  Result<std::unique_ptr<Repository>>
/// open_repository(...)

}  // namespace arkive
