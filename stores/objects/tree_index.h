/// The list of hashes of a tree in memory, for whoever reads single files and directories of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stores/file_tree.h"
#include "stores/layout/hash_list.h"

namespace arkive::objects {

/// About 50 bytes a file and its path. A value.
class TreeIndex {
 public:
  using Range = std::pair<std::size_t, std::size_t>;  ///< from, and behind the last

  /// Reads `list` to its end. kCorrupt when it is not the one whose hash is `sha256`.
  static Result<TreeIndex> read(layout::HashListReader list, std::string_view sha256);

  std::size_t size() const { return hashes_.size(); }
  /// Valid as long as the index.
  layout::HashLine line(std::size_t file) const;
  /// The files at or below `path`; "" is all.
  Range below(std::string_view path) const;
  /// What stands in a directory. Identities are hashes: of a file its own, of a directory that of all below.
  std::vector<FileTreeReader::Entry> list(std::string_view directory) const;

 private:
  std::string_view path(std::size_t file) const;
  std::size_t behind(std::size_t from, std::string_view path) const;
  std::string identity(Range files) const;

  std::string paths_;  ///< one behind the other
  std::vector<std::uint64_t> ends_;
  std::vector<Sha256Digest> hashes_;
};

/// `path` is `directory` or lies below it.
bool is_at_or_below(std::string_view path, std::string_view directory);

}  // namespace arkive::objects
