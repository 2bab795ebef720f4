/// ObjectRepository: runs in any Store, a tree as one .tar.zst, what did not change shared with the run
/// before (docs/format-store.md, section "Trees in objects").
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "stores/repository.h"
#include "stores/store.h"

namespace arkive {

/// Opens the store's runs; with `create`, makes it a store of arkive where it is empty. `redaction_key_path`:
/// where the key lies that belongs to it; empty where there is no such place. Errors: those of
/// objects::open_root().
Result<std::unique_ptr<Repository>> open_object_repository(std::shared_ptr<Store> store, bool create,
                                                           std::string redaction_key_path);

/// Not thread-safe; its readers and writers may outlive it. A damaged manifest is left out of runs() with a
/// warning; open_run() of it is kCorrupt, and check_storage() finds it.
class ObjectRepository final : public Repository {
 public:
  ObjectRepository(std::shared_ptr<Store> store, std::string redaction_key_path)
      : store_(std::move(store)), redaction_key_path_(std::move(redaction_key_path)) {}

  std::string name() const override { return store_->name(); }
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
  /// trees that one needs is not known. Bytes are those of the objects.
  Result<PruneReport> prune(std::string_view cluster, const std::vector<std::string>& ids,
                            bool dry_run) override;
  /// Reads every tree of every run once, however many runs share it.
  Result<std::vector<Finding>> check_storage(std::string_view cluster) const override;
  std::string redaction_key_path() const override { return redaction_key_path_; }

 private:
  const std::shared_ptr<Store> store_;
  const std::string redaction_key_path_;
  std::shared_ptr<const proof::SigningKey> signing_key_;  ///< null: runs are not signed
};

}  // namespace arkive
