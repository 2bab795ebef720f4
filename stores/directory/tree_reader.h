/// Reads a file tree of a store: plain files, beside them the list of their hashes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stores/directory/beneath.h"
#include "stores/directory/layout.h"
#include "stores/file_tree.h"
#include "stores/layout/hash_list.h"

namespace arkive::directory {

/// for_each() reads what the list names, in its order, a batch ahead on a second thread, and checks every
/// file against its hash and the list against the manifest before it gives out the first: a changed byte is
/// kCorrupt and names its file. read() and list() give what lies there, unchecked.
/// Entry::identity is device and inode: equal for hard-linked files.
class DirectoryTreeReader final : public FileTreeReader {
 public:
  /// `sha256`: the hash of the list, from the manifest. Opens nothing yet.
  DirectoryTreeReader(SharedRoot root, Location location, std::string sha256);

  Result<std::string> read(std::string_view path) const override;
  Result<std::vector<Entry>> list(std::string_view directory) const override;
  Status for_each(std::string_view under,
                  const std::function<Status(std::string_view path, Bytes content)>& each) const override;

 private:
  struct File {
    std::string path;
    std::string content;
  };
  class ReadAhead;

  Result<HashListReader> open_list() const;
  Status check_list() const;
  std::string below(std::string_view path) const;

  const SharedRoot root_;
  const Location location_;
  const std::string sha256_;
  const std::string top_;
  mutable DirectoryCursor cursor_;
  mutable bool list_checked_ = false;
};

}  // namespace arkive::directory
