/// Writes one run into a store (docs/format-store.md, section "Order of writes").
#pragma once

#include <optional>
#include <string>

#include "stores/core/files.h"
#include "stores/directory/layout.h"
#include "stores/directory/part_writer.h"
#include "stores/proof/keys.h"
#include "stores/repository.h"

namespace arkive::directory {

/// Both parts go into "trees/<cluster>/.<id>.partial"; commit() syncs the file system once, renames the
/// directory and puts the manifest. Destroyed without a commit, it removes all that.
class DirectoryRunWriter final : public RunWriter {
 public:
  /// `last`: the last committed run of the cluster. `signing_key`: null: the run is not signed. Holds `lock`
  /// until destroyed.
  static Result<std::unique_ptr<DirectoryRunWriter>> begin(
      SharedRoot root, FileLock lock, std::string cluster, std::string id, const Manifest* last,
      std::shared_ptr<const proof::SigningKey> signing_key);
  ~DirectoryRunWriter() override;

  FileTreeWriter& tree() override { return tree_; }
  Result<TreeOutcome> finish_tree() override;
  FileTreeWriter& record() override { return record_; }
  /// kFail when the manifest's totals are not those of what was added.
  Result<Manifest> commit(Manifest manifest, std::string_view message) override;

 private:
  DirectoryRunWriter(SharedRoot root, FileLock lock, UniqueFd file_system, std::string cluster,
                     std::string id, const Manifest* last,
                     std::shared_ptr<const proof::SigningKey> signing_key);
  Status place(const PartWriter& writer, Part part, TreePart& to) const;
  Status make_visible();
  Status put_manifest(const std::string& json);
  Status take_back_manifest();
  void give_up();

  const SharedRoot root_;
  const FileLock lock_;
  const UniqueFd file_system_;  ///< opened before the first write, so that syncfs reports all of ours
  const std::string cluster_;
  const std::string id_;
  const std::shared_ptr<const proof::SigningKey> signing_key_;
  PartWriter tree_;
  PartWriter record_;
  std::optional<bool> tree_changed_;
  std::string manifest_json_;  ///< once its put was begun
  bool renamed_ = false;       ///< the trees have their final name
  bool committed_ = false;
};

}  // namespace arkive::directory
