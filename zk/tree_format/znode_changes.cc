#include <algorithm>
#include <map>
#include <set>

#include "zk/tree_format/file_lookup.h"
#include "zk/tree_format/layout.h"
#include "zk/tree_format/list_text.h"
#include "zk/tree_format/lists.h"
#include "zk/tree_format/names.h"
#include "zk/tree_format/tree_locator.h"
#include "zk/tree_format/tree_reader.h"

namespace arkive::zk {
namespace {

using What = FileChange::What;

// Everything above its first slash is the top directory.
std::string_view top_of(std::string_view path) {
  return path.substr(0, path.find('/'));
}

std::string_view below_top(std::string_view path) {
  const std::size_t slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
}

bool same_to_a_dump(const Znode& a, const Znode& b) {
  return a.data == b.data && a.acl == b.acl && a.kind == b.kind && a.ttl == b.ttl;
}

// The paths of znodes that a set of file changes may be about.
class TouchedZnodes {
 public:
  TouchedZnodes(const FileTreeReader& before, const FileTreeReader* after, const Tree* after_znodes,
                const Redactor* redactor)
      : before_(before), after_(after), after_znodes_(after_znodes), redactor_(redactor) {}

  Status add(const FileChange& change) {
    const std::string_view top = top_of(change.path);
    const std::string_view below = below_top(change.path);
    if (top == layout::kZnodes) return add_data(change, below);
    if (top == layout::kAcls || top == layout::kKinds)
      return add_list(change, top, split_path(below).directory);
    return ok();
  }
  const std::set<std::string>& paths() const { return paths_; }

 private:
  Status add_data(const FileChange& change, std::string_view below) {
    const SplitPath split = split_path(below);
    ARKIVE_ASSIGN(std::string path, znode_path(split.name == layout::kSelf ? split.directory : below));
    paths_.insert(path);
    if (change.what == What::kChanged) return ok();
    // A parent with null data has no file of its own to say that it came or went.
    while (path != "/" && climbed_.insert(path).second) {
      path = std::string(parent_path(path));
      paths_.insert(path);
    }
    return ok();
  }

  Status add_list(const FileChange& change, std::string_view top, std::string_view directory) {
    const bool compare_whole_list = after_ == nullptr;
    if (compare_whole_list && !compared_.insert(join_files(top, directory)).second) return ok();
    std::map<std::string, std::string> before;
    std::map<std::string, std::string> after;
    if (compare_whole_list) {
      ARKIVE_ASSIGN(const ListFiles parts, list_files(before_, join_files(top, directory), kTreeLists));
      for (const auto& part : parts) ARKIVE_TRY(read_lines(before_, part.second, before));
      ARKIVE_TRY(lines_after(top, directory, after));
    } else {
      if (change.what != What::kAdded) ARKIVE_TRY(read_lines(before_, change.path, before));
      if (change.what != What::kRemoved) ARKIVE_TRY(read_lines(*after_, change.path, after));
    }
    for (const auto& [key, value] : before) {
      const auto other = after.find(key);
      if (other != after.end() && other->second == value) {
        after.erase(other);
      } else {
        ARKIVE_TRY(add_child(directory, key));
      }
    }
    for (const auto& [key, value] : after) ARKIVE_TRY(add_child(directory, key));
    return ok();
  }

  Status lines_after(std::string_view top, std::string_view directory,
                     std::map<std::string, std::string>& lines) {
    if (after_znodes_ == nullptr) return ok();
    if (!locator_) locator_.emplace(*after_znodes_);
    ARKIVE_ASSIGN(const NodeIndex node, locator_->directory(directory));
    if (node == kNoNode) return ok();
    lines =
        top == layout::kAcls ? acl_list(*after_znodes_, node, redactor_) : kind_list(*after_znodes_, node);
    return ok();
  }

  static Status read_lines(const FileTreeReader& files, const std::string& path,
                           std::map<std::string, std::string>& lines) {
    ARKIVE_ASSIGN(const std::string content, files.read(path));
    return parse_list(path, content, [&](const ListLine& line) {
      lines.emplace(line.key, line.value);
      return ok();
    });
  }

  Status add_child(std::string_view directory, std::string_view key) {
    ARKIVE_ASSIGN(std::string path, znode_path(key == kRootKey ? directory : join_files(directory, key)));
    paths_.insert(std::move(path));
    return ok();
  }

  Result<std::string> znode_path(std::string_view encoded) {
    std::string path;
    for (std::size_t begin = 0; begin < encoded.size();) {
      const std::size_t end = std::min(encoded.find('/', begin), encoded.size());
      const std::string_view name = encoded.substr(begin, end - begin);
      Result<std::string> decoded = is_long_name(name)
                                        ? full_name(encoded.substr(0, begin == 0 ? 0 : begin - 1), name)
                                        : child_name(name);
      if (!decoded) return fail(std::move(decoded).error());
      path += '/';
      path += *decoded;
      begin = end + 1;
    }
    return path.empty() ? "/" : path;
  }

  Result<std::string> full_name(std::string_view directory, std::string_view name) {
    for (const FileTreeReader* files : {&before_, after_}) {
      if (files == nullptr) continue;
      ARKIVE_ASSIGN(const LongNames names, long_names(*files, directory));
      const auto found = names.find(std::string(name));
      if (found != names.end()) return found->second;
    }
    if (after_znodes_ != nullptr) {
      if (!locator_) locator_.emplace(*after_znodes_);
      ARKIVE_ASSIGN(const NodeIndex node, locator_->find(kRoot, join_files(directory, name)));
      if (node != kNoNode) return std::string((*after_znodes_)[node].name());
    }
    return fail(Outcome::kCorrupt, "decode name '" + printable(name) + "': its full name is not in names/");
  }

  const FileTreeReader& before_;
  const FileTreeReader* after_;
  const Tree* after_znodes_;
  const Redactor* redactor_;
  std::optional<TreeLocator> locator_;
  std::set<std::string> compared_;
  std::set<std::string> paths_;
  std::set<std::string> climbed_;  // of which all parents are in paths_
};

}  // namespace

Result<std::vector<ZnodeChange>> znode_changes(const std::vector<FileChange>& files,
                                               const ZnodeLookup& before, const ZnodeLookup& after,
                                               const FileTreeReader& before_tree,
                                               const FileTreeReader* after_tree, const Tree* after_znodes,
                                               const Redactor* redactor) {
  TouchedZnodes touched(before_tree, after_tree, after_znodes, redactor);
  for (const FileChange& change : files) ARKIVE_TRY(touched.add(change));
  std::vector<ZnodeChange> changes;
  for (const std::string& path : touched.paths()) {
    ARKIVE_ASSIGN(std::optional<Znode> was, before(path));
    ARKIVE_ASSIGN(std::optional<Znode> is, after(path));
    if (!was && !is) continue;
    if (was && is && same_to_a_dump(*was, *is)) continue;
    changes.push_back({path, std::move(was), std::move(is)});
  }
  return changes;
}

}  // namespace arkive::zk
