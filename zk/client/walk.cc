#include "zk/client/walk.h"

#include <algorithm>

#include "stores/core/bytes.h"
#include "zk/znode.h"

namespace arkive::zk {
namespace {

constexpr std::uint64_t kProgressStep = 256;

// Ephemerals have no children. What looks like one and has some is a TTL znode on a server that was told to
// forget about those (facts: ephemeralOwner is then shown raw), and leaving it out would leave a hole.
bool is_ephemeral(const Stat& stat) {
  return stat.ephemeral_owner != 0 && stat.num_children == 0;
}

bool children_may_differ(const Node& node, const Stat& stat) {
  return node.czxid != stat.czxid || node.pzxid != stat.pzxid || node.cversion != stat.cversion ||
         node.num_children != stat.num_children;
}

bool acl_may_differ(const Node& node, const Stat& stat) {
  return node.czxid != stat.czxid || node.aversion != stat.aversion;
}

bool data_may_differ(const Node& node, const Stat& stat) {
  return node.czxid != stat.czxid || node.mzxid != stat.mzxid || node.version != stat.version;
}

}  // namespace

Walk::Walk(BulkReader& reader, const ReadOptions& options, std::string chroot, Reading& reading)
    : reader_(reader),
      options_(options),
      wanted_(options.selection, std::move(chroot)),
      reading_(reading),
      tree_(reading.tree) {
  tree_[kRoot].mark = wanted_.root_marks();
  tree_[kRoot].acl = kUnknownAcl;
}

Status Walk::read_tree() {
  first_pass_ = reading_.passes == 0;
  differed_ = false;
  reading_.still_moving.clear();
  reading_.ephemerals.clear();
  for (NodeIndex i = 0; i < tree_.index_end(); ++i) tree_[i].mark &= kLastingMarks | kWasUnreadable;
  reading_.unreadable.clear();
  tree_.put_back(outside_);
  outside_.clear();

  std::vector<NodeIndex> level{kRoot};
  while (!level.empty()) {
    ARKIVE_TRY(read_level(level));
    std::vector<NodeIndex> next;
    for (const NodeIndex index : level) {
      if ((tree_[index].mark & (kGone | kAside)) != 0) continue;
      for (NodeIndex i = tree_[index].first_child; i != kNoNode; i = tree_[i].next_sibling) {
        if ((tree_[i].mark & kGone) == 0) next.push_back(i);
      }
    }
    level = std::move(next);
  }
  prune();
  take_out();
  ++reading_.passes;
  return ok();
}

Status Walk::read_level(const std::vector<NodeIndex>& level) {
  const auto on_data = [this](NodeIndex index, std::int32_t error, const jute::Data& data) {
    return take_data(index, error, data);
  };
  // The size of a shell's data is not remembered.
  const auto is_known = [this](NodeIndex i) { return tree_[i].has_stat && (tree_[i].mark & kShell) == 0; };
  std::vector<NodeIndex> some;
  std::copy_if(level.begin(), level.end(), std::back_inserter(some), is_known);
  ARKIVE_TRY(reader_.get_known_data(tree_, some, on_data));
  some.clear();
  std::copy_if(level.begin(), level.end(), std::back_inserter(some),
               [&](NodeIndex i) { return !is_known(i); });
  if (!some.empty()) ARKIVE_TRY(reader_.get_new_data(tree_, std::move(some), on_data));

  std::vector<NodeIndex> to_list;
  for (const NodeIndex index : level) {
    const std::uint8_t mark = tree_[index].mark;
    if ((mark & (kGone | kAside)) != 0) continue;
    if ((mark & kOnTheWay) != 0) {
      const std::string path = tree_.path(index);
      const std::string_view name = wanted_.next_on_the_way(path);
      if (tree_.find_child(index, name) != kNoNode) continue;
      const NodeIndex child = tree_.add_child(index, name);
      tree_[child].mark = wanted_.marks(tree_.path(child)).value_or(kShell | kPrunable);
    } else if ((mark & kList) != 0) {
      to_list.push_back(index);
    }
  }
  return reader_.get_children(
      tree_, to_list,
      [this](NodeIndex index, std::int32_t error, const Stat& stat, std::vector<Bytes>& names) {
        return take_children(index, error, stat, names);
      });
}

Status Walk::take_data(NodeIndex index, std::int32_t error, const jute::Data& data) {
  Node& node = tree_[index];
  if (error == jute::kNoZnode) return take_missing(index);
  if (error == jute::kNoAuth) {
    take_unreadable(index, "not authorised to read");
    return ok();
  }
  if (error != jute::kOk) {
    return fail(Outcome::kFail,
                "read '" + printable(tree_.path(index)) + "': error " + std::to_string(error));
  }
  if (is_ephemeral(data.stat)) {
    if ((node.mark & kOnTheWay) != 0) return take_missing(index);  // nothing lies below an ephemeral
    take_ephemeral(index, data);
    return ok();
  }
  node.mark &= static_cast<std::uint8_t>(~kWasUnreadable);
  if (node.has_stat) return take_stat_of_known(index, data);
  const bool shell = (node.mark & kShell) != 0;
  if (!shell) tree_.set_data(index, data.data);
  node.set_stat(data.stat);
  node.acl = kUnknownAcl;
  if (data.stat.num_children > 0) node.mark |= kList;
  if (first_pass_) {
    progress(1);
  } else if (!shell) {
    differ(index);
  }
  return ok();
}

Status Walk::take_stat_of_known(NodeIndex index, const jute::Data& data) {
  Node& node = tree_[index];
  const Stat& stat = data.stat;
  const bool other_acl = acl_may_differ(node, stat);
  const bool other_data = data_may_differ(node, stat);
  const bool other_children = children_may_differ(node, stat);
  if (!other_acl && !other_data && !other_children) return ok();
  // What else lies below a parent of Selection::path moves without being of interest.
  if (other_acl || (node.mark & kOnTheWay) == 0) differ(index);
  if (other_acl) node.acl = kUnknownAcl;
  if (other_data && (node.mark & kShell) == 0) tree_.set_data(index, data.data);
  if (other_children) node.mark |= kList;
  node.set_stat(stat);
  return ok();
}

void Walk::take_ephemeral(NodeIndex index, const jute::Data& data) {
  Node& node = tree_[index];
  const Stat& stat = data.stat;
  const bool same = node.has_stat && !acl_may_differ(node, stat) && !data_may_differ(node, stat);
  if (!same) {
    tree_.set_data(index, data.data);
    node.set_stat(stat);
    if (first_pass_) {
      progress(1);
    } else {
      differ(index);
    }
  }
  node.mark |= kAside;
  aside_.push_back(index);
  if ((node.mark & kShell) != 0) return;
  EphemeralZnode ephemeral{tree_.path(index), stat, std::nullopt};
  if (data.data) ephemeral.data = std::string(*data.data);
  reading_.ephemerals.push_back(std::move(ephemeral));
}

Status Walk::take_missing(NodeIndex index) {
  Node& node = tree_[index];
  if (index == kRoot || (node.mark & kOnTheWay) != 0 || tree_.path(index) == options_.selection.path) {
    return fail(Outcome::kNotFound, index == kRoot
                                        ? "read the root: no such chroot"
                                        : "read '" + printable(options_.selection.path) + "': no such znode");
  }
  if ((!node.has_stat || first_pass_) && (node.mark & kWasUnreadable) == 0) ++reading_.vanished;
  if (!first_pass_) differ(index);
  node.mark |= kGone;
  gone_.push_back(index);
  return ok();
}

void Walk::take_unreadable(NodeIndex index, std::string cause) {
  Node& node = tree_[index];
  if (index == kRoot || (node.mark & kOnTheWay) != 0) node.acl = tree_.intern({});
  if ((node.mark & kOnTheWay) != 0) {
    if (node.has_stat) differ(index);
    node.has_stat = false;
    return;
  }
  if (!first_pass_ && (node.mark & kWasUnreadable) == 0) differ(index);
  node.mark |= kAside | kWasUnreadable;
  node.has_stat = false;
  reading_.unreadable.push_back({tree_.path(index), std::move(cause)});
  aside_.push_back(index);
}

Status Walk::take_children(NodeIndex index, std::int32_t error, const Stat& stat, std::vector<Bytes>& names) {
  Node& node = tree_[index];
  if (error == jute::kNoZnode) return take_missing(index);
  if (error == jute::kNoAuth) {
    take_unreadable(index, "not authorised to list its children");
    return ok();
  }
  if (error != jute::kOk) {
    return fail(Outcome::kFail,
                "list '" + printable(tree_.path(index)) + "': error " + std::to_string(error));
  }
  std::vector<std::uint8_t> marks;
  ARKIVE_TRY(choose(index, names, marks));
  merge_children(index, names, marks);
  // Only what tells about the children: data and ACL are those of the Stat that came with them. A znode made
  // anew meanwhile keeps the old numbers, so that the next pass sees the difference.
  if (node.czxid == stat.czxid) {
    node.cversion = stat.cversion;
    node.pzxid = stat.pzxid;
    node.num_children = stat.num_children;
  }
  return ok();
}

Status Walk::choose(NodeIndex parent, std::vector<Bytes>& names, std::vector<std::uint8_t>& marks) const {
  std::sort(names.begin(), names.end());
  const auto impossible = [](Bytes name) {
    return name.empty() || name == "." || name == ".." || name.find('/') != Bytes::npos ||
           name.find('\0') != Bytes::npos;
  };
  const std::string path = tree_.path(parent);
  if (std::any_of(names.begin(), names.end(), impossible) ||
      std::adjacent_find(names.begin(), names.end()) != names.end()) {
    return fail(Outcome::kCorrupt, "list '" + printable(path) + "': the server names impossible children");
  }
  marks.assign(names.size(), 0);
  if (!wanted_.chooses_below(path)) return ok();
  std::size_t kept = 0;
  for (const Bytes name : names) {
    const auto mark = wanted_.marks(join_path(path, name));
    if (!mark) continue;
    names[kept] = name;
    marks[kept++] = *mark;
  }
  names.resize(kept);
  marks.resize(kept);
  return ok();
}

void Walk::merge_children(NodeIndex parent, const std::vector<Bytes>& names,
                          const std::vector<std::uint8_t>& marks) {
  NodeIndex previous = kNoNode;
  NodeIndex at = tree_[parent].first_child;
  const auto pass_over = [&](bool listed) {
    if (!listed && (tree_[at].mark & kGone) == 0) {
      if (!first_pass_) differ(at);
      tree_[at].mark |= kGone;
      gone_.push_back(at);
    }
    previous = at;
    at = tree_[at].next_sibling;
  };
  for (std::size_t i = 0; i < names.size(); ++i) {
    while (at != kNoNode && tree_[at].name() < names[i]) pass_over(false);
    if (at != kNoNode && tree_[at].name() == names[i]) {
      pass_over(true);
    } else {
      previous = tree_.add_child_after(parent, previous, names[i]);
      tree_[previous].mark = marks[i];
    }
  }
  while (at != kNoNode) pass_over(false);
}

// Children have higher indexes than their parents, so one way down through all of them is enough.
void Walk::prune() {
  std::vector<NodeIndex> empty;
  for (NodeIndex i = tree_.index_end(); i-- > 1;) {
    Node& node = tree_[i];
    if (node.removed || (node.mark & (kGone | kAside)) != 0) continue;
    if ((node.mark & kPrunable) == 0 || (node.mark & kStays) != 0) {
      tree_[node.parent].mark |= kStays;
    } else {
      empty.push_back(i);
    }
  }
  // Of a branch only the top: what is below it comes and goes with it.
  for (const NodeIndex i : empty) {
    const NodeIndex parent = tree_[i].parent;
    const std::uint8_t above = tree_[parent].mark;
    if (parent == kRoot || (above & kPrunable) == 0 || (above & kStays) != 0) aside_.push_back(i);
  }
}

void Walk::take_out() {
  tree_.remove_all(gone_);
  gone_.clear();
  // First those with nothing of interest below, so that they are not lost in a branch that goes as a whole.
  std::sort(aside_.begin(), aside_.end(), std::greater<>());
  tree_.remove_all(aside_);
  outside_.insert(outside_.end(), aside_.begin(), aside_.end());
  std::sort(outside_.begin(), outside_.end());
  aside_.clear();
}

void Walk::differ(NodeIndex index) {
  constexpr std::size_t kMostNamed = 1000;
  differed_ = true;
  if (reading_.still_moving.size() < kMostNamed) reading_.still_moving.push_back(tree_.path(index));
}

void Walk::progress(std::uint64_t znodes) {
  progress_ += znodes;
  if (!options_.on_progress || progress_ < kProgressStep) return;
  options_.on_progress(std::exchange(progress_, 0));
}

}  // namespace arkive::zk
