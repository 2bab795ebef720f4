/// TreeBuilder: files in order -> tree objects in a pack, and what differs from an earlier tree.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stores/file_tree.h"
#include "stores/git/id_table.h"
#include "stores/git/object.h"
#include "stores/git/object_store.h"
#include "stores/git/run_packs.h"

namespace arkive::git {

/// Walks the earlier tree alongside: what is the same there is neither deflated nor written. Memory: the open
/// directories, that is about 90 bytes a file of the largest directory, and as much again for a moment.
class TreeBuilder : public FileTreeWriter {
 public:
  /// The most changes that are kept by name.
  static constexpr std::size_t kMostChanges = 20'000;
  /// What the files are like: anything, or lists of which most runs bring a new version.
  enum class Files : std::uint8_t { kMixed, kLists };

  /// Borrows `objects` and `packs`. `before`: the earlier tree, if any.
  TreeBuilder(ObjectStore& objects, RunPacks& packs, Files files, std::optional<ObjectId> before);
  ~TreeBuilder() override;

  Status add(std::string_view path, Bytes content, const Sha256Digest& sha256) override;
  /// Writes all blobs that are not in the earlier tree.
  Status store_early(const ContentWalk& contents) override;
  /// The tree, once all files were added. Call once.
  Result<ObjectId> finish();

  /// Against the earlier tree, in order; none when there was none. After finish().
  const std::vector<FileChange>& changes() const { return changes_; }
  std::uint64_t change_count() const { return change_count_; }

 private:
  struct Frame;
  Status enter(std::string_view name);
  Status leave();
  Status follow(std::string_view directory);
  Result<std::optional<TreeEntry>> earlier(Frame& frame, std::string_view name);
  Status removed(const std::string& directory, const TreeEntry& entry);
  Status know_earlier_blobs(const ObjectId& tree);
  Status store_blob(Bytes content, const ObjectId& id, const ObjectId* before);
  void note(FileChange::What what, std::string path);
  std::string path_of(const Frame& frame, std::string_view name) const;

  ObjectStore& objects_;
  RunPacks& packs_;
  const Files files_;
  const std::optional<ObjectId> before_;
  ObjectId tree_{};
  std::vector<Frame> frames_;
  std::string directory_;  // path of the innermost frame
  std::string last_path_;
  IdTable known_;  // blobs of the earlier tree, when store_early was used
  std::vector<FileChange> changes_;
  std::uint64_t change_count_ = 0;
};

}  // namespace arkive::git
