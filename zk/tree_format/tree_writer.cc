#include "zk/tree_format/tree_writer.h"

#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "zk/tree_format/data_redaction.h"
#include "zk/tree_format/file_order_walk.h"
#include "zk/tree_format/layout.h"
#include "zk/tree_format/list_text.h"
#include "zk/tree_format/names.h"
#include "zk/tree_format/tree_files.h"

namespace arkive::zk {
namespace {

// What the lists have to say, by znode: about its children, and about those further down.
enum Say : std::uint8_t { kAclsHere = 1, kKindsHere = 2, kNamesHere = 4 };
constexpr unsigned kBelowShift = 3;
constexpr std::uint8_t kHereMask = kAclsHere | kKindsHere | kNamesHere;

// A name of fewer bytes is short enough however much of it is escaped.
bool may_be_long(const Node& node) {
  return node.name_size > kLongestEncodedName / 3;
}

Result<std::vector<std::uint8_t>> find_what_lists_say(const Tree& tree) {
  std::vector<std::uint8_t> says(tree.index_end());
  for (NodeIndex i = 0; i < tree.index_end(); ++i) {
    const Node& node = tree[i];
    if (node.removed) continue;
    if (node.acl == kUnknownAcl) {
      return fail(Outcome::kFail, "write tree: ACL of '" + printable(tree.path(i)) + "' is not known");
    }
    std::uint8_t& say = says[i == kRoot ? kRoot : node.parent];
    if (has_acl_line(tree, i)) say |= kAclsHere;
    if (has_kind_line(tree, i)) say |= kKindsHere;
    if (may_be_long(node)) say |= kNamesHere;
  }
  // A znode's index is above its parent's, so what is below a znode is complete when it is met.
  for (NodeIndex i = tree.index_end(); i-- > 1;) {
    if (tree[i].removed) continue;
    const auto below = static_cast<std::uint8_t>((says[i] | says[i] >> kBelowShift) & kHereMask);
    says[tree[i].parent] = static_cast<std::uint8_t>(says[tree[i].parent] | below << kBelowShift);
  }
  return says;
}

// Writes the lists under one top directory. `Lines` says how many lines a znode needs and makes them.
template <class Lines>
class ListVisitor {
 public:
  ListVisitor(const std::vector<std::uint8_t>& says, Say what, Lines lines, TreeFiles& files)
      : says_(says), what_(what), lines_(std::move(lines)), files_(files) {}

  Status enter(std::string_view, NodeIndex directory, const EncodedChildren& children,
               std::vector<SpecialFile>& files) {
    if ((says_[directory] & what_) == 0) return ok();
    counts_.clear();
    for (const EncodedChild& child : children.all()) counts_.push_back(lines_.has(child) ? 1 : 0);
    const bool root_line = directory == kRoot && lines_.has({kRootKey, kRoot});
    files = split_list(children.all(), counts_, root_line ? 1 : 0, kTreeLists, {});
    return ok();
  }
  Status file(std::string_view path, NodeIndex directory, const EncodedChildren& children,
              const SpecialFile& file) {
    text_.clear();
    if (directory == kRoot && file.begin == 0) append({kRootKey, kRoot});
    for (std::size_t i = file.begin; i < file.end; ++i) append(children[i]);
    return files_.add(path, text_);
  }
  Status leaf(NodeIndex, std::string_view) { return ok(); }
  bool descends(NodeIndex node) const { return ((says_[node] | says_[node] >> kBelowShift) & what_) != 0; }

 private:
  void append(const EncodedChild& child) {
    if (!lines_.has(child)) return;
    text_ += child.name;
    text_ += '\t';
    lines_.append_value(text_, child);
    text_ += '\n';
  }

  const std::vector<std::uint8_t>& says_;
  const Say what_;
  Lines lines_;
  TreeFiles& files_;
  std::vector<std::uint32_t> counts_;
  std::string text_;
};

class AclLines {
 public:
  AclLines(const Tree& tree, const Redactor* redactor) : tree_(tree), texts_(tree, redactor) {}
  bool has(const EncodedChild& child) const { return has_acl_line(tree_, child.node); }
  void append_value(std::string& to, const EncodedChild& child) { to += texts_.text(tree_[child.node].acl); }

 private:
  const Tree& tree_;
  AclTexts texts_;
};

class KindLines {
 public:
  explicit KindLines(const Tree& tree) : tree_(tree) {}
  bool has(const EncodedChild& child) const { return has_kind_line(tree_, child.node); }
  void append_value(std::string& to, const EncodedChild& child) const { to += kind_text(tree_, child.node); }

 private:
  const Tree& tree_;
};

class NameLines {
 public:
  explicit NameLines(const Tree& tree) : tree_(tree) {}
  bool has(const EncodedChild& child) const { return is_long_name(child.name); }
  void append_value(std::string& to, const EncodedChild& child) const {
    to += encode_full_name(tree_[child.node].name());
  }

 private:
  const Tree& tree_;
};

// Hands over the znodes' data: to a FileTreeWriter, or for store_early.
template <class Take>
class DataVisitor {
 public:
  DataVisitor(const Tree& tree, const TreeWriteOptions& options, Take take)
      : tree_(tree), options_(options), take_(std::move(take)) {}

  Status enter(std::string_view, NodeIndex directory, const EncodedChildren&,
               std::vector<SpecialFile>& files) {
    if (!tree_[directory].is_null()) files.push_back({std::string(layout::kSelf), 0, 0});
    return ok();
  }
  Status file(std::string_view path, NodeIndex directory, const EncodedChildren&, const SpecialFile&) {
    return leaf(directory, path);
  }
  Status leaf(NodeIndex node, std::string_view path) {
    ARKIVE_ASSIGN(const Bytes content, file_content(tree_, node, options_, storage_));
    return take_(path, content);
  }
  bool descends(NodeIndex node) const { return tree_[node].has_children(); }

 private:
  const Tree& tree_;
  const TreeWriteOptions& options_;
  Take take_;
  std::string storage_;
};

Status write_format(const TreeWriteOptions& options, TreeFiles& files) {
  nlohmann::ordered_json format;
  format["format"] = layout::kFormat;
  format["cluster"] = options.cluster;
  return files.add(layout::kFormatFile,
                   format.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

struct InFileOrder {
  bool operator()(const std::string& a, const std::string& b) const { return compare_paths(a, b) < 0; }
};

std::string encoded_root(const std::string& root) {
  std::string encoded;
  for (std::size_t begin = 1; begin < root.size();) {
    const std::size_t end = std::min(root.find('/', begin), root.size());
    encoded += '/' + encode_name(std::string_view(root).substr(begin, end - begin));
    begin = end + 1;
  }
  return encoded;
}

Status write_views(const Tree& tree, const TreeWriteOptions& options, TreeFiles& files) {
  std::map<std::string, std::string, InFileOrder> views;
  for (const ApplicationAt& at : options.applications) {
    for (View& view : at.application->views(tree, at.root)) {
      std::string path = std::string(layout::kViews) + encoded_root(at.root) + '/' + view.path;
      if (!views.emplace(std::move(path), std::move(view.content)).second) {
        return fail(Outcome::kFail, "write view '" + view.path + "': application '" +
                                        std::string(at.application->name()) + "' gives it twice");
      }
    }
  }
  for (const auto& [path, content] : views) ARKIVE_TRY(files.add(path, content));
  return ok();
}

}  // namespace

Result<TreeTotals> write_tree(const Tree& tree, const TreeWriteOptions& options, FileTreeWriter& to) {
  ARKIVE_ASSIGN(const std::vector<std::uint8_t> says, find_what_lists_say(tree));
  TreeFiles files(to);
  ListVisitor acls(says, kAclsHere, AclLines(tree, options.redactor), files);
  ARKIVE_TRY(walk_in_file_order(tree, layout::kAcls, acls));
  ARKIVE_TRY(write_format(options, files));
  ListVisitor kinds(says, kKindsHere, KindLines(tree), files);
  ARKIVE_TRY(walk_in_file_order(tree, layout::kKinds, kinds));
  ListVisitor names(says, kNamesHere, NameLines(tree), files);
  ARKIVE_TRY(walk_in_file_order(tree, layout::kNames, names));
  ARKIVE_TRY(write_views(tree, options, files));
  DataVisitor data(tree, options,
                   [&](std::string_view path, Bytes content) { return files.add(path, content); });
  ARKIVE_TRY(walk_in_file_order(tree, layout::kZnodes, data));
  return files.totals();
}

ContentWalk early_contents(const Tree& tree, const TreeWriteOptions& options) {
  return [&tree, options](const std::function<Status(Bytes)>& each) {
    DataVisitor data(tree, options, [&](std::string_view, Bytes content) { return each(content); });
    return walk_in_file_order(tree, layout::kZnodes, data);
  };
}

}  // namespace arkive::zk
