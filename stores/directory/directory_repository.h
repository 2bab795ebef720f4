/// DirectoryRepository: runs in a directory of the local disk, trees as plain files, what did not change
/// hard-linked or shared (docs/format-store.md).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "stores/directory/layout.h"
#include "stores/repository.h"

namespace arkive {

/// Opens the store at `path`; with `create`, makes it in a missing or empty directory. Errors: kUsage (not a
/// store of arkive, another format version, no directory), kNotFound (absent and not `create`), kDenied.
Result<std::unique_ptr<Repository>> open_directory_repository(const std::string& path, bool create);

/// Not thread-safe; its readers and writers may outlive it. A damaged manifest is left out of runs() with a
/// warning; open_run() of it is kCorrupt, and check_storage() finds it.
class DirectoryRepository final : public Repository {
 public:
  explicit DirectoryRepository(directory::SharedRoot root) : root_(std::move(root)) {}

  std::string name() const override { return root_->path; }
  Result<std::vector<std::string>> clusters() const override;
  Result<std::vector<Manifest>> runs(std::string_view cluster) const override;
  Result<std::unique_ptr<RunReader>> open_run(std::string_view cluster, std::string_view id) const override;
  Result<std::unique_ptr<RunWriter>> begin(std::string_view cluster, std::string_view id,
                                           Deadline deadline) override;
  Status sign_runs(std::shared_ptr<const proof::SigningKey> key) override {
    signing_key_ = std::move(key);
    return ok();
  }
  /// kConflict when a run is being written. kCorrupt when the manifest of another run cannot be read: which
  /// trees that one needs is not known.
  Result<PruneReport> prune(std::string_view cluster, const std::vector<std::string>& ids,
                            bool dry_run) override;
  /// Reads every file of every run once, however many runs share it.
  Result<std::vector<Finding>> check_storage(std::string_view cluster) const override;
  std::string redaction_key_path() const override;

 private:
  directory::SharedRoot root_;
  std::shared_ptr<const proof::SigningKey> signing_key_;  ///< null: runs are not signed
};

}  // namespace arkive
