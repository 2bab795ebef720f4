/// TreeFiles: hashes, counts and hands on the files of one tree. Internal to zk/tree_format.
#pragma once

#include <string>
#include <string_view>

#include "stores/file_tree.h"
#include "zk/tree_format/tree_writer.h"

namespace arkive::zk {

/// Not thread-safe. Borrows the writer.
class TreeFiles {
 public:
  explicit TreeFiles(FileTreeWriter& to) : to_(to) {}
  Status add(std::string_view path, Bytes content) {
    const Sha256Digest digest = sha256(content);
    digest_.add(path, digest);
    bytes_ += content.size();
    return to_.add(path, content, digest);
  }
  /// Call once, at the end.
  TreeTotals totals() { return {hex(digest_.finish()), digest_.files(), bytes_}; }

 private:
  FileTreeWriter& to_;
  TreeDigest digest_;
  std::uint64_t bytes_ = 0;
};

}  // namespace arkive::zk
