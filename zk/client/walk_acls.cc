// Walk: the ACLs, and what changed between a znode's data and its ACL.
#include <algorithm>

#include "stores/core/bytes.h"
#include "zk/client/walk.h"

namespace arkive::zk {
namespace {

constexpr int kMostRounds = 20;

}  // namespace

std::vector<NodeIndex> Walk::unknown_acls() const {
  std::vector<NodeIndex> unknown;
  for (NodeIndex i = 0; i < tree_.index_end(); ++i) {
    if (!tree_[i].removed && tree_[i].acl == kUnknownAcl) unknown.push_back(i);
  }
  return unknown;
}

Status Walk::read_acls(const std::vector<NodeIndex>& nodes) {
  return reader_.get_acls(tree_, nodes,
                          [this](NodeIndex index, std::int32_t error, Bytes acl, const Stat& stat) {
                            return take_acl(index, error, acl, stat);
                          });
}

Status Walk::take_acl(NodeIndex index, std::int32_t error, Bytes acl, const Stat& stat) {
  ++reading_.acls_read;
  progress(1);
  Node& node = tree_[index];
  if (error == jute::kNoZnode) {
    late_gone_.push_back(index);
    return ok();
  }
  if (error == jute::kNoAuth) {
    late_unreadable_.push_back(index);
    return ok();
  }
  if (error != jute::kOk) {
    return fail(Outcome::kFail,
                "read the ACL of '" + printable(tree_.path(index)) + "': error " + std::to_string(error));
  }
  if (node.czxid != stat.czxid || node.mzxid != stat.mzxid || node.aversion != stat.aversion) {
    unsettled_.push_back(index);
    return ok();
  }
  ARKIVE_ASSIGN(node.acl, intern(acl));
  return ok();
}

Result<AclId> Walk::intern(Bytes bytes) {
  const auto known = acl_ids_.find(std::string(bytes));
  if (known != acl_ids_.end()) return known->second;
  jute::Reader from(bytes);
  const Acl acl = jute::read_acl(from);
  if (!from.ok() || !from.left().empty()) {
    return fail(Outcome::kCorrupt, "read from ZooKeeper: an ACL that is not what it should be");
  }
  const AclId id = tree_.intern(acl);
  acl_ids_.emplace(bytes, id);
  return id;
}

Status Walk::settle() {
  for (int round = 0; round < kMostRounds && !unsettled_.empty(); ++round) {
    std::vector<NodeIndex> nodes = std::exchange(unsettled_, {});
    ARKIVE_TRY(reader_.get_known_data(tree_, nodes,
                                      [this](NodeIndex index, std::int32_t error, const jute::Data& data) {
                                        return take_again(index, error, data);
                                      }));
    std::erase_if(nodes, [this](NodeIndex i) { return (tree_[i].mark & (kGone | kAside)) != 0; });
    ARKIVE_TRY(read_acls(nodes));
  }
  // Never an ACL with the data of another moment: that could open to everybody what was closed.
  for (const NodeIndex index : std::exchange(unsettled_, {})) {
    take_unreadable(index, "its data and ACL change faster than they can be read");
  }
  for (const NodeIndex index : std::exchange(late_unreadable_, {})) {
    take_unreadable(index, "not authorised to read its ACL");
  }
  for (const NodeIndex index : std::exchange(late_gone_, {})) {
    ++reading_.vanished;
    gone_.push_back(index);
  }
  take_out();
  return ok();
}

Status Walk::take_again(NodeIndex index, std::int32_t error, const jute::Data& data) {
  Node& node = tree_[index];
  if (error == jute::kNoZnode) {
    ++reading_.vanished;
    node.mark |= kGone;
    gone_.push_back(index);
  } else if (error == jute::kNoAuth) {
    take_unreadable(index, "not authorised to read");
  } else if (error != jute::kOk) {
    return fail(Outcome::kFail,
                "read '" + printable(tree_.path(index)) + "': error " + std::to_string(error));
  } else if (data.stat.ephemeral_owner != 0 && data.stat.num_children == 0) {
    take_ephemeral(index, data);
  } else {
    if ((node.mark & kShell) == 0) tree_.set_data(index, data.data);
    // Not what tells about the children: those in the tree belong to the numbers they were listed with.
    Stat stat = data.stat;
    stat.cversion = node.cversion;
    stat.pzxid = node.pzxid;
    stat.num_children = node.num_children;
    node.set_stat(stat);
  }
  return ok();
}

void Walk::finish() {
  if (options_.on_progress && progress_ > 0) options_.on_progress(progress_);
  const auto by_path = [](const auto& a, const auto& b) { return a.path < b.path; };
  std::sort(reading_.ephemerals.begin(), reading_.ephemerals.end(), by_path);
  std::sort(reading_.unreadable.begin(), reading_.unreadable.end(), by_path);
  std::sort(reading_.still_moving.begin(), reading_.still_moving.end());
  reading_.still_moving.erase(std::unique(reading_.still_moving.begin(), reading_.still_moving.end()),
                              reading_.still_moving.end());
  std::vector<bool> masked;
  for (AclId id = 0; id < tree_.acl_count(); ++id) masked.push_back(is_masked(tree_.acl(id)));
  for (NodeIndex i = 0; i < tree_.index_end(); ++i) {
    Node& node = tree_[i];
    node.mark = 0;
    if (!node.removed && masked[node.acl]) reading_.masked_acls.push_back(tree_.path(i));
  }
  std::sort(reading_.masked_acls.begin(), reading_.masked_acls.end());
}

}  // namespace arkive::zk
