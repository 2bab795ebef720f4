/// Writes one run into a store of objects (docs/format-store.md, section "Trees in objects").
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "stores/objects/part_writer.h"
#include "stores/proof/keys.h"
#include "stores/repository.h"

namespace arkive::objects {

/// Trees and lists go to their keys at once; commit() makes them durable and puts the manifest. Destroyed
/// without a commit, it removes them.
class ObjectRunWriter final : public RunWriter {
 public:
  /// `last`: the last committed run of the cluster. `signing_key`: null: the run is not signed. Holds `lock`
  /// until destroyed.
  ObjectRunWriter(SharedStore store, std::unique_ptr<StoreLock> lock, std::string cluster, std::string id,
                  const Manifest* last, std::shared_ptr<const proof::SigningKey> signing_key);
  ~ObjectRunWriter() override;

  FileTreeWriter& tree() override { return tree_; }
  Result<TreeOutcome> finish_tree() override;
  FileTreeWriter& record() override { return record_; }
  /// kFail when the manifest's totals are not those of what was added.
  Result<Manifest> commit(Manifest manifest, std::string_view message) override;

 private:
  Status place(const PartWriter& writer, TreePart& to) const;
  Status look_after(const PartWriter& writer) const;
  Status take_back_manifest();
  Status remove_parts();

  const SharedStore store_;
  const std::unique_ptr<StoreLock> lock_;
  const std::string cluster_;
  const std::string id_;
  const std::shared_ptr<const proof::SigningKey> signing_key_;
  PartWriter tree_;
  PartWriter record_;
  std::optional<bool> tree_changed_;
  std::string manifest_json_;  ///< once its put was begun
  bool committed_ = false;
};

}  // namespace arkive::objects
