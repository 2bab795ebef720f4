/// GitRunWriter: one run, from its first file to its references.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "stores/core/files.h"
#include "stores/git/object_store.h"
#include "stores/git/references.h"
#include "stores/git/run_packs.h"
#include "stores/git/tree_builder.h"
#include "stores/repository.h"

namespace arkive::git {

class GitRunWriter : public RunWriter {
 public:
  struct Beginning {
    std::string repository;  ///< path
    std::string cluster;
    std::string id;
    std::optional<ObjectId> tip;             ///< commit of the branch
    std::optional<ObjectId> tree;            ///< of that commit
    std::optional<ObjectId> earlier_record;  ///< tree of the newest record
    std::optional<ObjectId> earlier_run;     ///< commit of the newest run
  };

  /// `references` is borrowed. The lock is held until destroyed.
  static Result<std::unique_ptr<RunWriter>> create(FileLock lock, std::unique_ptr<ObjectStore> objects,
                                                   References& references, Beginning beginning);

  FileTreeWriter& tree() override { return *tree_; }
  Result<TreeOutcome> finish_tree() override;
  FileTreeWriter& record() override { return *record_; }
  Result<Manifest> commit(Manifest manifest, std::string_view message) override;

 private:
  GitRunWriter(FileLock lock, std::unique_ptr<ObjectStore> objects, References& references,
               Beginning beginning);
  Result<ObjectId> add_branch_commit(const Manifest& manifest, std::string_view message);
  Result<ObjectId> add_run_commit(const Manifest& manifest, const ObjectId& record);
  Status publish(const ObjectId& run, const ObjectId& tip);
  void tidy() const;

  FileLock lock_;
  std::unique_ptr<ObjectStore> objects_;
  References& references_;
  Beginning beginning_;
  std::shared_ptr<const PackFile> carried_;
  std::unique_ptr<RunPacks> packs_;
  std::unique_ptr<TreeBuilder> tree_;
  std::unique_ptr<TreeBuilder> record_;
  std::optional<ObjectId> tree_id_;
};

}  // namespace arkive::git
