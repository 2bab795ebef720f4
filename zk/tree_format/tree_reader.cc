#include "zk/tree_format/tree_reader.h"

#include <algorithm>

#include "zk/tree_format/file_lookup.h"
#include "zk/tree_format/layout.h"
#include "zk/tree_format/lists.h"
#include "zk/tree_format/names.h"
#include "zk/tree_format/stat_line.h"
#include "zk/tree_format/tree_parser.h"

namespace arkive::zk {
namespace {

tl::unexpected<Error> no_such_znode(std::string_view path) {
  return fail(Outcome::kNotFound, "find znode '" + printable(path) + "': not in this dump");
}

tl::unexpected<Error> bad_value(std::string_view list, std::string_view key, std::string_view cause) {
  return fail(Outcome::kCorrupt,
              "read list in '" + printable(list) + "' about '" + printable(key) + "': " + std::string(cause));
}

Status fill_from_tree_lists(const FileTreeReader& tree, std::string_view encoded, bool is_leaf,
                            Znode& znode) {
  const SplitPath split = split_path(encoded);
  const std::string_view key = encoded.empty() ? kRootKey : split.name;
  const std::string acls = join_files(layout::kAcls, split.directory);
  ARKIVE_ASSIGN(const std::optional<std::string> acl, find_in_list(tree, acls, key, kTreeLists));
  znode.acl = open_acl();
  if (acl) {
    ARKIVE_ASSIGN(znode.acl, parse_acl(*acl));
  }
  if (encoded.empty()) return ok();
  const std::string kinds = join_files(layout::kKinds, split.directory);
  ARKIVE_ASSIGN(const std::optional<std::string> kind, find_in_list(tree, kinds, key, kTreeLists));
  if (!kind) return ok();
  const std::optional<KindWords> words = parse_kind(*kind);
  if (!words) return bad_value(kinds, key, "not a kind");
  if (words->null && (!is_leaf || !znode.data->empty()))
    return bad_value(kinds, key, "null, and not an empty leaf");
  if (words->null) znode.data.reset();
  znode.kind = words->kind;
  znode.ttl = words->ttl;
  return ok();
}

Status fill_from_record(const FileTreeReader& record, std::string_view encoded, Znode& znode) {
  std::string_view directory = split_path(encoded).directory;
  while (true) {
    const std::string_view key =
        encoded.empty() ? kRootKey : encoded.substr(directory.empty() ? 0 : directory.size() + 1);
    const std::string list = join_files(layout::kStats, directory);
    ARKIVE_ASSIGN(const std::optional<std::string> file,
                  list_file_about(record, list, key.substr(0, key.find('/')), kStatsLists));
    if (file) {
      ARKIVE_ASSIGN(const std::optional<std::string> value, find_in_list(record, list, key, kStatsLists));
      if (!value) return ok();
      znode.stat = parse_stat(*value);
      if (!znode.stat) return bad_value(list, key, "not a Stat");
      znode.stat->data_length = znode.data ? static_cast<std::int32_t>(znode.data->size()) : 0;
      return ok();
    }
    if (directory.empty()) return ok();
    directory = split_path(directory).directory;
  }
}

}  // namespace

Result<Tree> read_tree(const FileTreeReader& tree, const FileTreeReader* record, std::string_view path) {
  ARKIVE_TRY(check_path(path));
  ARKIVE_TRY(check_format(tree));
  std::string encoded;
  if (path != "/") {
    ARKIVE_ASSIGN(const std::optional<ZnodePlace> place, find_place(tree, path));
    if (!place) return no_such_znode(path);
    encoded = place->encoded;
  }
  Tree znodes;
  TreeParser parser(tree, znodes, stop_at_problem);
  ARKIVE_TRY(parser.parse_znodes(encoded));
  ARKIVE_TRY(parser.parse_acls(encoded));
  ARKIVE_TRY(parser.parse_kinds(encoded));
  if (record != nullptr) {
    ARKIVE_TRY(check_record_format(*record));
    ARKIVE_TRY(parser.parse_stats(*record, encoded));
  }
  return znodes;
}

Result<std::optional<Znode>> read_znode(const FileTreeReader& tree, const FileTreeReader* record,
                                        std::string_view path) {
  ARKIVE_TRY(check_path(path));
  ARKIVE_ASSIGN(std::optional<ZnodePlace> place, find_place(tree, path));
  if (!place) return std::optional<Znode>();
  Znode znode;
  znode.path = path;
  znode.data = std::move(place->data);
  ARKIVE_TRY(fill_from_tree_lists(tree, place->encoded, place->is_leaf, znode));
  if (record != nullptr) ARKIVE_TRY(fill_from_record(*record, place->encoded, znode));
  return std::optional<Znode>(std::move(znode));
}

Result<std::vector<std::string>> read_children(const FileTreeReader& tree, std::string_view path) {
  ARKIVE_TRY(check_path(path));
  ARKIVE_ASSIGN(const std::optional<ZnodePlace> place, find_place(tree, path));
  if (!place) return no_such_znode(path);
  std::vector<std::string> children;
  if (place->is_leaf) return children;
  ARKIVE_ASSIGN(const std::vector<FileTreeReader::Entry> entries,
                tree.list(join_files(layout::kZnodes, place->encoded)));
  LongNames full_names;
  for (const FileTreeReader::Entry& entry : entries) {
    if (entry.name == layout::kSelf) continue;
    if (!is_long_name(entry.name)) {
      ARKIVE_ASSIGN(std::string name, child_name(entry.name));
      children.push_back(std::move(name));
      continue;
    }
    if (full_names.empty()) {
      ARKIVE_ASSIGN(full_names, long_names(tree, place->encoded));
    }
    const auto found = full_names.find(entry.name);
    if (found == full_names.end()) return bad_value(layout::kNames, entry.name, "its full name is not there");
    children.push_back(found->second);
  }
  std::sort(children.begin(), children.end());
  return children;
}

}  // namespace arkive::zk
