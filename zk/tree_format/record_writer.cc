#include <charconv>
#include <initializer_list>

#include "zk/tree_format/escape.h"
#include "zk/tree_format/file_order_walk.h"
#include "zk/tree_format/layout.h"
#include "zk/tree_format/names.h"
#include "zk/tree_format/tree_files.h"
#include "zk/tree_format/tree_writer.h"

namespace arkive::zk {
namespace {

void append_number(std::string& to, std::int64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  to.append(digits, end);
}

template <class StatLike>
void append_stat(std::string& to, const StatLike& stat) {
  bool first = true;
  for (const std::int64_t number :
       {stat.czxid, stat.mzxid, stat.pzxid, stat.ctime, stat.mtime, std::int64_t{stat.version},
        std::int64_t{stat.cversion}, std::int64_t{stat.aversion}, std::int64_t{stat.num_children}}) {
    if (!first) to += '\t';
    first = false;
    append_number(to, number);
  }
}

class StatsVisitor {
 public:
  StatsVisitor(const Tree& tree, TreeFiles& files) : tree_(tree), files_(files), below_(tree.index_end()) {
    for (NodeIndex i = tree.index_end(); i-- > 1;) {
      if (!tree[i].removed) below_[tree[i].parent] += lines_about(i);
    }
  }

  Status enter(std::string_view path, NodeIndex directory, const EncodedChildren& children,
               std::vector<SpecialFile>& files) {
    counts_.clear();
    for (const EncodedChild& child : children.all()) {
      counts_.push_back(descends(child.node) ? own_lines(child.node) : lines_about(child.node));
    }
    const std::uint32_t root_line = directory == kRoot ? own_lines(kRoot) : 0;
    const std::string_view below = path.substr(std::min(path.size(), layout::kStats.size() + 1));
    files = split_list(children.all(), counts_, root_line, kStatsLists, below);
    return ok();
  }
  Status file(std::string_view path, NodeIndex directory, const EncodedChildren& children,
              const SpecialFile& file) {
    text_.clear();
    if (directory == kRoot && file.begin == 0) append(kRootKey, kRoot);
    for (std::size_t i = file.begin; i < file.end; ++i) {
      append(children[i].name, children[i].node);
      if (below_[children[i].node] > 0 && !descends(children[i].node)) append_below(children[i]);
    }
    return files_.add(path, text_);
  }
  Status leaf(NodeIndex, std::string_view) { return ok(); }
  bool descends(NodeIndex node) const { return below_[node] > layout::kMostBelowInParentsList; }

 private:
  std::uint32_t own_lines(NodeIndex node) const { return tree_[node].has_stat ? 1 : 0; }
  std::uint32_t lines_about(NodeIndex node) const { return own_lines(node) + below_[node]; }

  void append(std::string_view key, NodeIndex node) {
    if (!tree_[node].has_stat) return;
    text_ += key;
    text_ += '\t';
    append_stat(text_, tree_[node]);
    text_ += '\n';
  }

  // The few znodes below a child, in file order. They may still be a deep chain of shells, hence a stack.
  void append_below(const EncodedChild& child) {
    struct Pending {
      std::string key;
      NodeIndex node;
    };
    std::vector<Pending> pending{{std::string(child.name), child.node}};
    while (!pending.empty()) {
      const Pending at = std::move(pending.back());
      pending.pop_back();
      if (at.node != child.node) append(at.key, at.node);
      if (!tree_[at.node].has_children()) continue;
      small_.assign(tree_, at.node);
      for (std::size_t i = small_.size(); i-- > 0;) {
        pending.push_back({at.key + '/' + std::string(small_[i].name), small_[i].node});
      }
    }
  }

  const Tree& tree_;
  TreeFiles& files_;
  std::vector<std::uint32_t> below_;  // znodes with a Stat below each
  std::vector<std::uint32_t> counts_;
  EncodedChildren small_;
  std::string text_;
};

Status add_unless_empty(TreeFiles& files, std::string_view name, const std::string& text) {
  return text.empty() ? ok() : files.add(name, text);
}

std::string path_lines(const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) text += encode_path(path) + '\n';
  return text;
}

std::string ephemeral_lines(const std::vector<EphemeralZnode>& ephemerals) {
  std::string text;
  for (const EphemeralZnode& znode : ephemerals) {
    char owner[17];
    const auto end =
        std::to_chars(owner, owner + 16, static_cast<std::uint64_t>(znode.stat.ephemeral_owner), 16).ptr;
    text += encode_path(znode.path);
    text += '\t';
    text.append(owner, end);
    text += '\t';
    append_stat(text, znode.stat);
    text += '\t';
    text += znode.data ? '=' + escape_field(*znode.data) : "null";
    text += '\n';
  }
  return text;
}

std::string unreadable_lines(const std::vector<UnreadableZnode>& unreadable) {
  std::string text;
  for (const UnreadableZnode& znode : unreadable) {
    text += encode_path(znode.path) + '\t' + escape_field(znode.cause) + '\n';
  }
  return text;
}

}  // namespace

Result<TreeTotals> write_record(const Reading& reading, FileTreeWriter& to) {
  TreeFiles files(to);
  ARKIVE_TRY(files.add(layout::kFormatFile, "{\"format\":" + std::to_string(layout::kFormat) + "}\n"));
  ARKIVE_TRY(add_unless_empty(files, layout::kEphemerals, ephemeral_lines(reading.ephemerals)));
  ARKIVE_TRY(add_unless_empty(files, layout::kMaskedAcls, path_lines(reading.masked_acls)));
  ARKIVE_TRY(add_unless_empty(files, layout::kNullOrEmpty, path_lines(reading.null_or_empty)));
  StatsVisitor stats(reading.tree, files);
  ARKIVE_TRY(walk_in_file_order(reading.tree, layout::kStats, stats));
  ARKIVE_TRY(add_unless_empty(files, layout::kStillMoving, path_lines(reading.still_moving)));
  ARKIVE_TRY(add_unless_empty(files, layout::kUnreadable, unreadable_lines(reading.unreadable)));
  return files.totals();
}

}  // namespace arkive::zk
