/// Walking Kafka's part of a Tree.
#pragma once

#include <string>
#include <string_view>

#include "zk/tree.h"

namespace arkive::kafka {

/// Calls visit(index) for each child of the znode at root + path, in bytewise order; none when it is absent.
template <class Visit>
void for_each_child(const zk::Tree& tree, std::string_view root, std::string_view path, Visit visit) {
  const zk::NodeIndex parent = tree.find(std::string(root).append(path));
  if (parent == zk::kNoNode) return;
  for (zk::NodeIndex child = tree[parent].first_child; child != zk::kNoNode;
       child = tree[child].next_sibling) {
    visit(child);
  }
}

/// Calls visit(index, path) for each znode below root + path, that znode itself left out.
template <class Visit>
void for_each_below(const zk::Tree& tree, std::string_view root, std::string_view path, Visit visit) {
  const zk::NodeIndex top = tree.find(std::string(root).append(path));
  if (top == zk::kNoNode) return;
  tree.walk(top, [&](zk::NodeIndex index, const std::string& at) {
    if (index != top) visit(index, at);
    return true;
  });
}

/// The data of the znode at root + path; empty when it is absent.
inline Bytes data_at(const zk::Tree& tree, std::string_view root, std::string_view path) {
  const zk::NodeIndex index = tree.find(std::string(root).append(path));
  return index == zk::kNoNode ? Bytes() : tree[index].data();
}

}  // namespace arkive::kafka
