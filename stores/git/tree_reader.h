/// TreeReader: a tree of git as a FileTreeReader.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stores/file_tree.h"
#include "stores/git/object_store.h"

namespace arkive::git {

/// Identities are object ids in hex. All that is read is checked against its id.
class TreeReader : public FileTreeReader {
 public:
  /// Without `tree`, an empty one.
  TreeReader(std::shared_ptr<ObjectStore> objects, std::optional<ObjectId> tree);
  ~TreeReader() override;

  Result<std::string> read(std::string_view path) const override;
  Result<std::vector<Entry>> list(std::string_view directory) const override;
  Status for_each(std::string_view under,
                  const std::function<Status(std::string_view path, Bytes content)>& each) const override;

 private:
  struct Directory;
  using Found = std::optional<TreeEntry>;
  Result<std::shared_ptr<const Directory>> directory(std::string_view path) const;
  Result<Found> find(std::string_view path) const;
  Status walk(std::string& path, const ObjectId& tree, Object& scratch,
              const std::function<Status(std::string_view path, Bytes content)>& each) const;

  std::shared_ptr<ObjectStore> objects_;
  std::optional<ObjectId> tree_;
  // Of the last path asked for, outermost first: the next one is most likely near it.
  mutable std::vector<std::shared_ptr<const Directory>> last_;
};

}  // namespace arkive::git
