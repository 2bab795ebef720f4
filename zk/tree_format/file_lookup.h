/// Finding single things in the files of a tree or record without reading all of it. Internal to
/// zk/tree_format.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stores/file_tree.h"
#include "zk/tree_format/lists.h"

namespace arkive::zk {

/// kCorrupt when arkive.json is missing or not what it should be, kUsage for a format newer than this
/// program.
Status check_format(const FileTreeReader& files);
/// The same for a record; one without arkive.json was pruned and is fine.
Status check_record_format(const FileTreeReader& record);

/// Where a znode stands.
struct ZnodePlace {
  std::string encoded;              ///< its path in file names, below znodes/: "config/topics"; "" for "/"
  bool is_leaf = false;             ///< a file, not a directory
  std::optional<std::string> data;  ///< the file's bytes; nothing for an interior znode with null data
};
/// Nothing when there is no such znode. `path` is valid (check_path).
Result<std::optional<ZnodePlace>> find_place(const FileTreeReader& tree, std::string_view path);

/// "a/b" -> {"a", "b"}; "b" -> {"", "b"}.
struct SplitPath {
  std::string_view directory;
  std::string_view name;
};
SplitPath split_path(std::string_view path);
/// "acls" + "a/b" = "acls/a/b"; "acls" + "" = "acls".
std::string join_files(std::string_view top, std::string_view below);

/// The paths of the files of the list in `directory`, by the first child in each, in order; empty when there
/// is none.
using ListFiles = std::map<std::string, std::string, std::less<>>;
Result<ListFiles> list_files(const FileTreeReader& files, std::string_view directory, ListStyle style);
/// The path of the file that would hold the lines about `child`; nothing when the directory has no list.
Result<std::optional<std::string>> list_file_about(const FileTreeReader& files, std::string_view directory,
                                                   std::string_view child, ListStyle style);
/// The value of the line `key` in the list in `directory`.
Result<std::optional<std::string>> find_in_list(const FileTreeReader& files, std::string_view directory,
                                                std::string_view key, ListStyle style);

/// Full names by `%long-` name for the directory `encoded`, from names/. kCorrupt when a hash is wrong.
using LongNames = std::unordered_map<std::string, std::string>;
Result<LongNames> long_names(const FileTreeReader& tree, std::string_view encoded);

/// The znode name for the file name of a child. kCorrupt also for names ZooKeeper cannot have ("..", with
/// '/').
Result<std::string> child_name(std::string_view file_name);

}  // namespace arkive::zk
