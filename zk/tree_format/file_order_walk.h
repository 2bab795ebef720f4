/// walk_in_file_order: visits the interior znodes of a Tree in the order in which a file tree wants its
/// files. Internal to zk/tree_format.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/interrupt.h"
#include "stores/core/result.h"
#include "zk/tree.h"
#include "zk/tree_format/encoded_children.h"
#include "zk/tree_format/lists.h"

namespace arkive::zk {

/// A file that stands in a directory beside the children's, about the children [begin, end).
using SpecialFile = ListPart;

/// A Visitor has
///   Status enter(std::string_view path, NodeIndex directory, const EncodedChildren& children,
///                std::vector<SpecialFile>& files)
///     which appends the directory's special files, ascending by name,
///   Status file(std::string_view path, NodeIndex directory, const EncodedChildren& children,
///               const SpecialFile& file)  for each of them in its place,
///   Status leaf(NodeIndex node, std::string_view path)  for each child that is not entered,
///   bool descends(NodeIndex node)                       whether a child is entered.
/// Paths begin with `top`. No recursion: trees may be thousands deep.
template <class Visitor>
Status walk_in_file_order(const Tree& tree, std::string_view top, Visitor& visitor) {
  struct Frame {
    NodeIndex directory = kNoNode;
    EncodedChildren children;
    std::size_t next_child = 0;
    std::vector<SpecialFile> files;
    std::size_t next_file = 0;
    std::size_t path_size = 0;
  };
  std::vector<std::unique_ptr<Frame>> frames;
  std::size_t depth = 0;
  std::string path(top);
  unsigned steps = 0;
  const auto enter = [&](NodeIndex directory) -> Status {
    if (depth == frames.size()) frames.push_back(std::make_unique<Frame>());
    Frame& frame = *frames[depth++];
    frame.directory = directory;
    frame.children.assign(tree, directory);
    frame.next_child = frame.next_file = 0;
    frame.files.clear();
    frame.path_size = path.size();
    return visitor.enter(path, directory, frame.children, frame.files);
  };
  const auto name_file = [&path](std::size_t directory_size, std::string_view name) {
    path.resize(directory_size);
    path += '/';
    path += name;
  };
  ARKIVE_TRY(enter(kRoot));
  while (depth > 0) {
    Frame& frame = *frames[depth - 1];
    const bool has_child = frame.next_child < frame.children.size();
    if (frame.next_file < frame.files.size() &&
        (!has_child || frame.files[frame.next_file].name < frame.children[frame.next_child].name)) {
      const SpecialFile& file = frame.files[frame.next_file++];
      name_file(frame.path_size, file.name);
      ARKIVE_TRY(visitor.file(path, frame.directory, frame.children, file));
      continue;
    }
    if (!has_child) {
      --depth;
      continue;
    }
    const EncodedChild& child = frame.children[frame.next_child++];
    name_file(frame.path_size, child.name);
    if (visitor.descends(child.node)) {
      ARKIVE_TRY(enter(child.node));
    } else {
      ARKIVE_TRY(visitor.leaf(child.node, path));
    }
    if ((++steps & 0xfff) == 0) ARKIVE_TRY(check_interrupt("write tree"));
  }
  return ok();
}

}  // namespace arkive::zk
