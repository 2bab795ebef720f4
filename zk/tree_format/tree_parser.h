/// TreeParser: the files of a tree -> a Tree, file by file. Internal to zk/tree_format.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "stores/file_tree.h"
#include "zk/tree.h"
#include "zk/tree_format/acl_reader.h"
#include "zk/tree_format/file_lookup.h"
#include "zk/tree_format/lists.h"
#include "zk/tree_format/tree_locator.h"

namespace arkive::zk {

/// What to do about a file that is not as it should be: return an error to stop, ok() to leave it out and go
/// on.
using ProblemSink = std::function<Status(std::string_view file, std::string_view cause)>;

/// The sink of an ordinary reader: kCorrupt, naming the file.
Status stop_at_problem(std::string_view file, std::string_view cause);

/// Use: parse_znodes(), then the lists. Borrows all it is given; the tree is empty at the start. Errors are
/// those of the reader and of the sink.
class TreeParser {
 public:
  TreeParser(const FileTreeReader& files, Tree& tree, ProblemSink problem)
      : files_(files), tree_(tree), problem_(std::move(problem)), locator_(tree), acls_(tree) {}

  /// Adds every znode at or below `encoded` (a path in file names, "" for all), with its parents as empty
  /// shells. Every znode gets kOpenAcl.
  Status parse_znodes(std::string_view encoded);
  /// The lists in acls/ and kinds/ about znodes at or below `encoded`, and those in stats/ of a record.
  Status parse_acls(std::string_view encoded);
  Status parse_kinds(std::string_view encoded);
  Status parse_stats(const FileTreeReader& record, std::string_view encoded);

 private:
  struct Level {
    std::size_t path_size = 0;  // of the directory in directory_
    NodeIndex node = kRoot;
    NodeIndex last_child = kNoNode;
    bool sorted = true;
    bool has_long_names = false;
    LongNames long_names;
  };
  using TakeLine = std::function<Status(std::string_view file, NodeIndex node, std::string_view value)>;

  Status take_znode(std::string_view path, Bytes content);
  Status enter(std::string_view directory);
  Status leave(std::size_t levels);
  Status sort_children(const Level& level);
  /// kNoNode after a problem that the sink let pass.
  Result<NodeIndex> add_child(std::string_view path, std::string_view file_name);
  Result<std::string> full_name(Level& level, std::string_view file_name);
  Status take_list(std::string_view file, Bytes content, std::string_view top, const TakeLine& take);
  static ListStyle style_of(std::string_view top);
  /// Every list below `top` that is about znodes at or below `encoded`.
  Status parse_lists(const FileTreeReader& files, std::string_view top, std::string_view encoded,
                     const TakeLine& take);
  Status take_acl(std::string_view file, NodeIndex node, std::string_view value);
  Status take_kind(std::string_view file, NodeIndex node, std::string_view value);

  const FileTreeReader& files_;
  Tree& tree_;
  const ProblemSink problem_;
  TreeLocator locator_;
  AclReader acls_;
  std::vector<Level> levels_;
  std::string directory_;  // of the znode file taken last, "znodes" at the top
};

}  // namespace arkive::zk
