#include "zk/tree_format/tree_parser.h"

#include <algorithm>
#include <limits>

#include "stores/core/interrupt.h"
#include "zk/tree_format/layout.h"
#include "zk/tree_format/names.h"
#include "zk/tree_format/stat_line.h"

namespace arkive::zk {
namespace {

std::string listed(std::string_view text) {
  return "'" + printable(text) + "'";
}

}  // namespace

Status stop_at_problem(std::string_view file, std::string_view cause) {
  return fail(Outcome::kCorrupt, "read tree: file '" + printable(file) + "': " + std::string(cause),
              "arkive verify names all that is damaged");
}

Status TreeParser::parse_znodes(std::string_view encoded) {
  tree_[kRoot].acl = kOpenAcl;
  directory_ = layout::kZnodes;
  levels_.clear();
  levels_.push_back({directory_.size(), kRoot, kNoNode, true, false, {}});
  ARKIVE_TRY(
      files_.for_each(join_files(layout::kZnodes, encoded),
                      [this](std::string_view path, Bytes content) { return take_znode(path, content); }));
  return leave(levels_.size());
}

Status TreeParser::take_znode(std::string_view path, Bytes content) {
  if (content.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    return problem_(path, "larger than any znode");
  }
  const SplitPath split = split_path(path);
  if (split.directory != directory_) {
    ARKIVE_TRY(enter(split.directory));
    if (split.directory != directory_) return ok();  // a part of it was left out
  }
  if (split.name == layout::kSelf) {
    tree_.set_data(levels_.back().node, content);
    return ok();
  }
  ARKIVE_ASSIGN(const NodeIndex node, add_child(path, split.name));
  if (node != kNoNode) tree_.set_data(node, content);
  return ok();
}

Status TreeParser::enter(std::string_view directory) {
  if (!is_at_or_below('/' + std::string(directory), '/' + std::string(layout::kZnodes))) {
    return problem_(directory, "not below znodes/");
  }
  std::size_t keep = levels_.size();
  while (keep > 1) {
    const std::size_t size = levels_[keep - 1].path_size;
    if (directory.size() >= size &&
        directory.substr(0, size) == std::string_view(directory_).substr(0, size) &&
        (directory.size() == size || directory[size] == '/')) {
      break;
    }
    --keep;
  }
  const std::size_t kept_size = levels_[keep - 1].path_size;
  ARKIVE_TRY(leave(levels_.size() - keep));
  directory_.resize(kept_size);
  ARKIVE_TRY(check_interrupt("read tree"));
  for (std::size_t begin = kept_size + 1; begin < directory.size();) {
    const std::size_t end = std::min(directory.find('/', begin), directory.size());
    ARKIVE_ASSIGN(const NodeIndex node,
                  add_child(directory.substr(0, end), directory.substr(begin, end - begin)));
    if (node == kNoNode) return ok();
    directory_ += directory.substr(directory_.size(), end - directory_.size());
    levels_.push_back({end, node, kNoNode, true, false, {}});
    begin = end + 1;
  }
  return ok();
}

Status TreeParser::leave(std::size_t levels) {
  for (; levels > 0; --levels) {
    const Level& level = levels_.back();
    if (!tree_[level.node].has_children() && level.node != kRoot) {
      ARKIVE_TRY(problem_(std::string_view(directory_).substr(0, level.path_size),
                          "a directory without children: its znode should be a file"));
    }
    if (!level.sorted) ARKIVE_TRY(sort_children(level));
    levels_.pop_back();
  }
  return ok();
}

// Escaped names come in another order than the names they stand for.
Status TreeParser::sort_children(const Level& level) {
  std::vector<NodeIndex> children;
  for (NodeIndex i = tree_[level.node].first_child; i != kNoNode; i = tree_[i].next_sibling)
    children.push_back(i);
  std::stable_sort(children.begin(), children.end(),
                   [this](NodeIndex a, NodeIndex b) { return tree_[a].name() < tree_[b].name(); });
  NodeIndex* link = &tree_[level.node].first_child;
  for (const NodeIndex child : children) {
    *link = child;
    link = &tree_[child].next_sibling;
  }
  *link = kNoNode;
  for (std::size_t i = 1; i < children.size(); ++i) {
    if (tree_[children[i - 1]].name() != tree_[children[i]].name()) continue;
    ARKIVE_TRY(problem_(std::string_view(directory_).substr(0, level.path_size),
                        "two files for the child " + listed(tree_[children[i]].name())));
    tree_.remove(children[i]);
  }
  return ok();
}

Result<NodeIndex> TreeParser::add_child(std::string_view path, std::string_view file_name) {
  Level& level = levels_.back();
  std::string storage;
  std::string_view name = file_name;
  if (!is_surely_plain(file_name) || file_name == "." || file_name == "..") {
    Result<std::string> decoded =
        is_long_name(file_name) ? full_name(level, file_name) : child_name(file_name);
    if (!decoded) {
      if (decoded.error().outcome != Outcome::kCorrupt) return fail(std::move(decoded).error());
      ARKIVE_TRY(problem_(path, decoded.error().what));
      return kNoNode;
    }
    storage = std::move(*decoded);
    name = storage;
  }
  if (level.last_child != kNoNode && !(tree_[level.last_child].name() < name)) level.sorted = false;
  level.last_child = tree_.add_child_after(level.node, level.last_child, name);
  tree_[level.last_child].acl = kOpenAcl;
  return level.last_child;
}

Result<std::string> TreeParser::full_name(Level& level, std::string_view file_name) {
  if (!level.has_long_names) {
    const std::string_view below = std::string_view(directory_).substr(0, level.path_size);
    ARKIVE_ASSIGN(level.long_names,
                  long_names(files_, below.substr(std::min(below.size(), layout::kZnodes.size() + 1))));
    level.has_long_names = true;
  }
  const auto found = level.long_names.find(std::string(file_name));
  if (found == level.long_names.end()) {
    return fail(Outcome::kCorrupt, "decode name " + listed(file_name) + ": its full name is not in names/");
  }
  return found->second;
}

ListStyle TreeParser::style_of(std::string_view top) {
  return top == layout::kStats ? kStatsLists : kTreeLists;
}

Status TreeParser::take_list(std::string_view file, Bytes content, std::string_view top,
                             const TakeLine& take) {
  const SplitPath split = split_path(file);
  if (!first_child_of_list(split.name, style_of(top))) return problem_(file, "not a list");
  const std::string_view below = split.directory.substr(std::min(split.directory.size(), top.size() + 1));
  const Result<NodeIndex> directory = locator_.directory(below);
  if (!directory || *directory == kNoNode) return problem_(file, "a list about a znode that is not there");
  Status sunk = ok();
  const Status parsed = parse_list(file, content, [&](const ListLine& line) -> Status {
    const bool is_root = line.key == kRootKey;
    const Result<NodeIndex> node = is_root ? Result<NodeIndex>(kRoot) : locator_.find(*directory, line.key);
    if (!node || *node == kNoNode || (is_root && *directory != kRoot)) {
      sunk = problem_(file, "names the znode " + listed(line.key) + ", which is not there");
    } else {
      sunk = take(file, *node, line.value);
    }
    return sunk;
  });
  if (!sunk) return sunk;
  return parsed ? ok() : problem_(file, parsed.error().what);
}

Status TreeParser::parse_lists(const FileTreeReader& files, std::string_view top, std::string_view encoded,
                               const TakeLine& take) {
  const auto take_file = [&](std::string_view file, Bytes content) {
    return take_list(file, content, top, take);
  };
  if (encoded.empty()) return files.for_each(top, take_file);
  // The lines about `encoded` itself, and in a record about what is below it too, stand in the list of a
  // parent: the nearest that has one.
  std::string_view directory = split_path(encoded).directory;
  while (true) {
    const std::string path = join_files(top, directory);
    const std::string_view key = encoded.substr(directory.empty() ? 0 : directory.size() + 1);
    ARKIVE_ASSIGN(const std::optional<std::string> file,
                  list_file_about(files, path, key.substr(0, key.find('/')), style_of(top)));
    if (file) {
      ARKIVE_ASSIGN(const NodeIndex node, locator_.directory(directory));
      ARKIVE_ASSIGN(const std::string content, files.read(*file));
      Status sunk = ok();
      const Status parsed = parse_list(*file, content, [&](const ListLine& line) -> Status {
        if (!is_at_or_below('/' + std::string(line.key), '/' + std::string(key))) return ok();
        ARKIVE_ASSIGN(const NodeIndex about, locator_.find(node, line.key));
        sunk = about == kNoNode
                   ? problem_(*file, "names the znode " + listed(line.key) + ", which is not there")
                   : take(*file, about, line.value);
        return sunk;
      });
      if (!sunk) return sunk;
      if (!parsed) ARKIVE_TRY(problem_(*file, parsed.error().what));
    }
    if (file || directory.empty() || top != layout::kStats) break;
    directory = split_path(directory).directory;
  }
  return files.for_each(join_files(top, encoded), take_file);
}

Status TreeParser::parse_acls(std::string_view encoded) {
  return parse_lists(files_, layout::kAcls, encoded,
                     [this](std::string_view file, NodeIndex node, std::string_view value) {
                       return take_acl(file, node, value);
                     });
}

Status TreeParser::take_acl(std::string_view file, NodeIndex node, std::string_view value) {
  const Result<AclId> acl = acls_.id(value);
  if (!acl) return problem_(file, acl.error().what);
  tree_[node].acl = *acl;
  return ok();
}

Status TreeParser::parse_kinds(std::string_view encoded) {
  return parse_lists(files_, layout::kKinds, encoded,
                     [this](std::string_view file, NodeIndex node, std::string_view value) {
                       return take_kind(file, node, value);
                     });
}

Status TreeParser::take_kind(std::string_view file, NodeIndex node, std::string_view value) {
  const std::optional<KindWords> words = parse_kind(value);
  if (!words) return problem_(file, "not a kind: " + listed(value));
  if (words->null) {
    if (node == kRoot || tree_[node].has_children() || tree_[node].data_size != 0) {
      return problem_(file, "says null of " + listed(tree_.path(node)) + ", which is not an empty leaf");
    }
    tree_.set_data(node, std::nullopt);
  }
  tree_.set_kind(node, words->kind, words->ttl);
  return ok();
}

Status TreeParser::parse_stats(const FileTreeReader& record, std::string_view encoded) {
  return parse_lists(record, layout::kStats, encoded,
                     [this](std::string_view file, NodeIndex node, std::string_view value) -> Status {
                       const std::optional<Stat> stat = parse_stat(value);
                       if (!stat) return problem_(file, "not a Stat: " + listed(value));
                       tree_[node].set_stat(*stat);
                       return ok();
                     });
}

}  // namespace arkive::zk
