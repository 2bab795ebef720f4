#include "zk/tree_format/tree_locator.h"

#include <algorithm>

#include "zk/tree_format/names.h"

namespace arkive::zk {

NodeIndex TreeLocator::child(Cursor& cursor, NodeIndex parent, std::string_view name) const {
  const auto remember = [&](NodeIndex found) {
    if (found != kNoNode) cursor = {parent, found};
    return found;
  };
  if (cursor.parent == parent) {
    if (tree_[cursor.child].name() == name) return cursor.child;
    const NodeIndex next = tree_[cursor.child].next_sibling;
    if (next != kNoNode && tree_[next].name() == name) return remember(next);
  } else {
    const NodeIndex first = tree_[parent].first_child;
    if (first == kNoNode) return kNoNode;
    if (tree_[first].name() == name) return remember(first);
  }
  return remember(tree_.find_child(parent, name));
}

NodeIndex TreeLocator::long_child(NodeIndex parent, std::string_view encoded) {
  if (long_parent_ != parent) {
    long_children_.clear();
    long_parent_ = parent;
    for (NodeIndex i = tree_[parent].first_child; i != kNoNode; i = tree_[i].next_sibling) {
      if (tree_[i].name_size > kLongestEncodedName / 3) {
        long_children_.emplace(long_name_of(tree_[i].name()), i);
      }
    }
  }
  const auto found = long_children_.find(std::string(encoded));
  return found == long_children_.end() ? kNoNode : found->second;
}

Result<NodeIndex> TreeLocator::find(NodeIndex from, std::string_view encoded) {
  NodeIndex at = from;
  std::size_t depth = 0;
  for (std::size_t begin = 0; begin < encoded.size() && at != kNoNode; ++depth) {
    const std::size_t end = std::min(encoded.find('/', begin), encoded.size());
    const std::string_view name = encoded.substr(begin, end - begin);
    if (depth == cursors_.size()) cursors_.emplace_back();
    if (name.find('%') == std::string_view::npos) {
      at = child(cursors_[depth], at, name);
    } else if (is_long_name(name)) {
      at = long_child(at, name);
    } else {
      ARKIVE_ASSIGN(const std::string decoded, decode_name(name));
      at = child(cursors_[depth], at, decoded);
    }
    begin = end + 1;
  }
  return at;
}

Result<NodeIndex> TreeLocator::directory(std::string_view encoded) {
  if (encoded == last_directory_) return last_directory_node_;
  ARKIVE_ASSIGN(last_directory_node_, find(kRoot, encoded));
  last_directory_ = encoded;
  return last_directory_node_;
}

}  // namespace arkive::zk
