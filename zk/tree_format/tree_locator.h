/// TreeLocator: finds znodes of a Tree by their file names, quickly when asked in file order. Internal to
/// zk/tree_format.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stores/core/result.h"
#include "zk/tree.h"

namespace arkive::zk {

/// Borrows the Tree, whose names and links must not change meanwhile. Not thread-safe.
class TreeLocator {
 public:
  explicit TreeLocator(const Tree& tree) : tree_(tree) {}
  /// The znode at `encoded` (file names joined by '/'; "" is `from` itself) below `from`; kNoNode when there
  /// is none. kCorrupt when a part is not a file name of a znode.
  Result<NodeIndex> find(NodeIndex from, std::string_view encoded);
  /// The same from the root, for directories: remembers the last one.
  Result<NodeIndex> directory(std::string_view encoded);

 private:
  struct Cursor {
    NodeIndex parent = kNoNode;
    NodeIndex child = kNoNode;
  };
  NodeIndex child(Cursor& cursor, NodeIndex parent, std::string_view name) const;
  NodeIndex long_child(NodeIndex parent, std::string_view encoded);

  const Tree& tree_;
  std::vector<Cursor> cursors_;  // by depth below `from`
  std::string last_directory_;
  NodeIndex last_directory_node_ = kRoot;
  NodeIndex long_parent_ = kNoNode;
  std::unordered_map<std::string, NodeIndex> long_children_;  // of long_parent_
};

}  // namespace arkive::zk
