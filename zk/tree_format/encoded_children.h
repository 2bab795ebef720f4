/// EncodedChildren: the children of one znode under their file names, in the order of a file tree.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "zk/tree.h"

namespace arkive::zk {

struct EncodedChild {
  std::string_view name;  ///< the file name: points into the Tree or into the EncodedChildren
  NodeIndex node = kNoNode;
};

/// Used again and again by a walk, so that memory is asked for once. Not thread-safe.
class EncodedChildren {
 public:
  /// Takes the children of `parent`: ascending by file name, twins told apart.
  void assign(const Tree& tree, NodeIndex parent);
  std::span<const EncodedChild> all() const { return children_; }
  std::size_t size() const { return children_.size(); }
  const EncodedChild& operator[](std::size_t at) const { return children_[at]; }

 private:
  void escape_twins(const Tree& tree);

  std::vector<EncodedChild> children_;
  std::deque<std::string> escaped_;  // names that differ from the znode's
};

}  // namespace arkive::zk
