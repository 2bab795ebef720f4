#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "zk/restore/path_map.h"
#include "zk/restore/replace_order.h"
#include "zk/restore/request_size.h"
#include "zk/restore/restore_on.h"
#include "zk/restore/rights.h"
#include "zk/restore/temporary_identity.h"
#include "zk/restore/twin_walk.h"
#include "zk/tree_format/redactor.h"

namespace arkive::zk {
namespace {

constexpr std::string_view kServersOwn = "/zookeeper";
constexpr std::string_view kQuotas = "/zookeeper/quota";
constexpr std::string_view kLimits = "zookeeper_limits";

// What is known of an ACL of the backup, found out once for all znodes that have it.
struct AclFacts {
  std::size_t size = 0;
  bool masked = false;
  bool redacted = false;
};

// A znode whose children are being decided about.
struct Frame {
  std::uint32_t item = 0;
  std::uint32_t block = 0;    // reason why nothing can be created below; 0: something can
  std::uint32_t created = 0;  // children
  std::size_t path_size = 0;  // of the backup's path, to go back to
};

class Decider {
 public:
  Decider(const RestoreSource& source, const Reading* reading, const RestoreTarget& target,
          const RestoreOptions& options, RestorePlan& plan)
      : source_(source),
        tree_(*source.tree),
        reading_(reading),
        options_(options),
        rights_(target.identities),
        map_(plan.from, plan.onto, plan.chroot),
        plan_(plan) {
    for (std::size_t i = 0; i < tree_.acl_count(); ++i) {
      const Acl& acl = tree_.acl(static_cast<AclId>(i));
      acls_.push_back({acl_size(acl), is_masked(acl), holds_redaction(acl)});
    }
    for (const std::string& path : source.masked_acls) masked_.insert(tree_.find(path));
    if (reading == nullptr) return;
    for (const EphemeralZnode& ephemeral : reading->ephemerals) ephemerals_there_.insert(ephemeral.path);
    for (const UnreadableZnode& unreadable : reading->unreadable) unreadable_there_.insert(unreadable.path);
    for (const std::string& path : reading->masked_acls) masked_there_.insert(path);
  }

  void run(NodeIndex from) {
    path_ = tree_.path(from);
    const Tree* there = reading_ == nullptr ? nullptr : &reading_->tree;
    const NodeIndex twin = there == nullptr ? kNoNode : there->find(map_.whole(path_));
    walk_twins(
        tree_, from, there, twin, [&](NodeIndex node, NodeIndex at) { enter(node, at); },
        [&](NodeIndex node, NodeIndex at) { leave(node, at); });
    std::sort(plan_.counters.begin(), plan_.counters.end(),
              [](const CounterRaise& a, const CounterRaise& b) { return a.item < b.item; });
    add_what_is_not_in_the_tree();
  }

 private:
  // Decides about one znode and makes it the innermost frame.
  void enter(NodeIndex source, NodeIndex there) {
    std::uint32_t block = 0;
    if (!frames_.empty()) {
      block = frames_.back().block;
      path_.resize(frames_.back().path_size);
      if (path_.size() > 1) path_ += '/';
      path_ += tree_[source].name();
    }
    whole_ = map_.identity() ? path_ : map_.whole(path_);
    Frame frame{static_cast<std::uint32_t>(plan_.items.size()), 0, 0, path_.size()};
    plan_.items.push_back({source, 0, 0, RestoreAction::kCreate});
    below_ = 0;
    decide(plan_.items.back(), there, block);
    const RestoreAction action = plan_.items.back().action;
    if (action == RestoreAction::kCreate) {
      if (!frames_.empty()) ++frames_.back().created;
    } else if (below_ != 0) {
      frame.block = below_;
    } else if (there == kNoNode && action != RestoreAction::kSame) {
      frame.block = block != 0 ? block : reason("its parent is not restored");
    }
    frames_.push_back(frame);
  }

  void decide(RestoreItem& item, NodeIndex there, std::uint32_t block) {
    const Node& node = tree_[item.source];
    if (servers_own(item)) return;
    for (const ApplicationAt& at : options_.profile) {
      if (!is_at_or_below(path_, at.root.empty() ? "/" : at.root)) continue;
      const RestoreRule rule = at.application->restore_rule(path_, at.root);
      if (!rule.keep) return drop(item, rule.reason);
    }
    if (node.acl == kUnknownAcl) return set(item, RestoreAction::kUnreadable, "its ACL is not in the backup");
    const AclFacts& acl = acls_[node.acl];
    if (acl.redacted) return set(item, RestoreAction::kRedacted, "its ACL was redacted");
    if (holds_redaction(node.data())) return set(item, RestoreAction::kRedacted, "its data was redacted");
    if (acl.masked || masked_.contains(item.source)) {
      return set(item, RestoreAction::kMaskedAcl,
                 tree_.acl(node.acl).empty() ? "its ACL is not in the backup"
                                             : "the dump was not shown the hashes of its ACL");
    }
    if (ephemerals_there_.contains(whole_)) {
      below_ = reason("its parent is an ephemeral znode there");
      return set(item, RestoreAction::kKeep, "an ephemeral znode there");
    }
    if (unreadable_there_.contains(whole_)) {
      below_ = reason("below a znode that this session may not read");
      return set(item, RestoreAction::kBlocked, "there, but this session may not read it");
    }
    if (there != kNoNode) return compare(item, reading_->tree[there]);
    if (block != 0) {
      item.action = RestoreAction::kBlocked;
      item.reason = block;
      return;
    }
    if (!fits(node, acl.size))
      return too_large(item, create_size(whole_.size(), node.data().size(), acl.size));
  }

  // The part of the tree that servers keep themselves. True when decided.
  bool servers_own(RestoreItem& item) {
    const bool from_there = is_at_or_below(path_, kServersOwn);
    const bool to_there = is_at_or_below(whole_, kServersOwn);
    if (!from_there && !to_there) return false;
    if (!map_.identity()) {
      drop(item, from_there ? "quotas hold for the paths they were set on, and are not moved"
                            : "the server keeps this part of the tree itself");
      return true;
    }
    if (path_ == kServersOwn || path_ == kQuotas) {
      item.action = RestoreAction::kSame;
      return true;
    }
    const bool quota = is_at_or_below(path_, kQuotas);
    const bool limits_or_above = tree_[item.source].has_children() || last_name(path_) == kLimits;
    if (quota && limits_or_above) return false;
    drop(item, "the server keeps it itself");
    return true;
  }

  void compare(RestoreItem& item, const Node& there) {
    const Node& node = tree_[item.source];
    const bool data_differs = node.is_null() != there.is_null() || node.data() != there.data();
    const bool acl_hidden = there.acl == kUnknownAcl || is_masked(reading_->tree.acl(there.acl)) ||
                            masked_there_.contains(whole_);
    const bool acl_differs = acl_hidden || !same_acl(node.acl, there.acl);
    const bool named = std::any_of(options_.overwrite.begin(), options_.overwrite.end(),
                                   [&](const Glob& glob) { return glob.matches(map_.below_chroot(path_)); });
    if (there.acl != kUnknownAcl && acl_differs) {
      const Acl& acl = reading_->tree.acl(there.acl);
      if (marked_by_some_restore(acl)) {
        if (!identity().marks(acl) || acl_hidden) {
          return set(item, RestoreAction::kBlocked,
                     "left unfinished by a restore of another run or path: run that one again");
        }
        return replace(item, RestoreAction::kFinish, there, data_differs, true);
      }
    }
    if (!data_differs && !acl_differs) {
      item.action = RestoreAction::kSame;
    } else if (named) {
      replace(item, RestoreAction::kOverwrite, there, data_differs, acl_differs);
    } else if (acl_hidden) {
      set(item, RestoreAction::kKeep,
          data_differs ? "data differs" : "its ACL cannot be compared: this session may not see it");
    } else {
      set(item, RestoreAction::kKeep,
          data_differs && acl_differs ? "data and ACL differ"
                                      : (data_differs ? "data differs" : "ACL differs"));
    }
  }

  void replace(RestoreItem& item, RestoreAction action, const Node& there, bool data_differs,
               bool acl_differs) {
    const Node& node = tree_[item.source];
    const std::size_t set_size = kMultiFrame + multi_set_size(whole_.size(), node.data().size());
    const std::size_t largest = std::max(set_size, set_acl_size(whole_.size(), acls_[node.acl].size));
    if (largest > options_.packet_limit) return too_large(item, largest);
    item.action = action;
    item.place = static_cast<std::uint32_t>(plan_.existing.size());
    // The order is settled in leave(), when its children are known; until then it tells what differs.
    plan_.existing.push_back({there.version, there.aversion,
                              acl_differs ? ReplaceOrder::kAclLast : ReplaceOrder::kDataOnly, data_differs});
  }

  void leave(NodeIndex source, NodeIndex there) {
    const Frame frame = frames_.back();
    frames_.pop_back();
    RestoreItem& item = plan_.items[frame.item];
    const std::uint32_t steps = add_counter(frame, item, source, there);
    if (item.action != RestoreAction::kOverwrite) return;
    ExistingZnode& existing = plan_.existing[item.place];
    const AclId old_acl = reading_->tree[there].acl;
    Replacement replacement;
    replacement.data_differs = existing.data_differs;
    replacement.acl_differs = existing.order == ReplaceOrder::kAclLast;
    replacement.old_acl = old_acl == kUnknownAcl ? &own_acl() : &reading_->tree.acl(old_acl);
    replacement.new_acl = &tree_.acl(tree_[source].acl);
    if (frame.created > 0) replacement.needs |= kCreatePermission;
    if (steps > 0) replacement.needs |= kCreatePermission | kDeletePermission;
    existing.order = replace_order(replacement, rights_);
  }

  std::uint32_t add_counter(const Frame& frame, const RestoreItem& item, NodeIndex source, NodeIndex twin) {
    const Node& node = tree_[source];
    if (!options_.sequence_counters || !node.has_stat) return 0;
    const bool ours = item.action == RestoreAction::kCreate || item.action == RestoreAction::kFinish ||
                      item.action == RestoreAction::kOverwrite;
    const bool gains_children =
        (item.action == RestoreAction::kSame || item.action == RestoreAction::kKeep) && frame.created > 0;
    if (!ours && !gains_children) return 0;
    if (is_at_or_below(tree_.path(source), kServersOwn)) return 0;
    std::int32_t from = 0;
    bool has_children = frame.created > 0;
    if (twin != kNoNode) {
      const Node& there = reading_->tree[twin];
      from = there.stat().next_sequence();
      has_children = has_children || there.num_children > 0;
    }
    // A container that is empty and was used is removed by the server.
    if (node.kind == Kind::kContainer && !has_children) return 0;
    const std::int64_t steps = static_cast<std::int64_t>(node.stat().next_sequence()) - from - frame.created;
    if (steps <= 0) return 0;
    plan_.counters.push_back({frame.item, from, static_cast<std::uint32_t>(steps)});
    plan_.sequence_steps += static_cast<std::uint64_t>(steps);
    return static_cast<std::uint32_t>(steps);
  }

  void add_what_is_not_in_the_tree() {
    const auto add = [&](const std::string& path, RestoreAction action, std::string_view why) {
      if (!is_at_or_below(path, plan_.from)) return;
      plan_.paths.push_back(map_.whole(path));
      plan_.items.push_back(
          {kNoNode, static_cast<std::uint32_t>(plan_.paths.size() - 1), reason(why), action});
    };
    for (const EphemeralZnode& ephemeral : source_.ephemerals) {
      add(ephemeral.path, RestoreAction::kEphemeral, "belonged to a session");
    }
    for (const UnreadableZnode& unreadable : source_.unreadable) {
      add(unreadable.path, RestoreAction::kUnreadable, unreadable.cause);
    }
  }

  // Either with its final ACL at once, or, when that is long, behind our own first.
  bool fits(const Node& node, std::size_t acl) const {
    const bool ttl = node.kind == Kind::kTtl;
    const std::size_t own = acl_size(own_acl());
    return create_size(whole_.size(), node.data().size(), std::min(acl, own), ttl) <= options_.packet_limit &&
           set_acl_size(whole_.size(), acl) <= options_.packet_limit;
  }

  bool same_acl(AclId ours, AclId theirs) {
    const std::uint64_t key = (static_cast<std::uint64_t>(ours) << 32) | theirs;
    const auto [found, is_new] = acl_pairs_.try_emplace(key, false);
    if (is_new) found->second = tree_.acl(ours) == reading_->tree.acl(theirs);
    return found->second;
  }

  const TemporaryIdentity& identity() {
    if (!identity_) identity_ = TemporaryIdentity::of(tree_);
    return *identity_;
  }

  std::uint32_t reason(std::string_view text) {
    const auto [found, is_new] =
        reason_ids_.try_emplace(std::string(text), static_cast<std::uint32_t>(plan_.reasons.size()));
    if (is_new) plan_.reasons.emplace_back(text);
    return found->second;
  }
  void set(RestoreItem& item, RestoreAction action, std::string_view why) {
    item.action = action;
    item.reason = reason(why);
  }
  void drop(RestoreItem& item, std::string_view why) {
    set(item, RestoreAction::kDropped, why);
    const bool named = (path_ == plan_.from && path_ != "/") ||
                       std::any_of(options_.overwrite.begin(), options_.overwrite.end(),
                                   [&](const Glob& glob) { return glob.matches(map_.below_chroot(path_)); });
    if (named) ++plan_.dropped_by_name;
  }
  void too_large(RestoreItem& item, std::size_t size) {
    set(item, RestoreAction::kTooLarge,
        "takes a request of " + std::to_string(size) + " bytes, the target takes " +
            std::to_string(options_.packet_limit));
  }

  const RestoreSource& source_;
  const Tree& tree_;
  const Reading* reading_;
  const RestoreOptions& options_;
  Rights rights_;
  PathMap map_;
  RestorePlan& plan_;
  std::vector<AclFacts> acls_;
  std::unordered_set<NodeIndex> masked_;
  std::unordered_set<std::string> ephemerals_there_, unreadable_there_, masked_there_;
  std::unordered_map<std::uint64_t, bool> acl_pairs_;
  std::unordered_map<std::string, std::uint32_t> reason_ids_{{"", 0}};
  std::uint32_t below_ = 0;  // why nothing may be created below the znode just decided about
  std::optional<TemporaryIdentity> identity_;
  std::vector<Frame> frames_;
  std::string path_;   // of the source
  std::string whole_;  // of the target
};

}  // namespace

Result<RestorePlan> decide(const RestoreSource& source, const Reading* reading,
                           const std::vector<std::string>& missing_parents, const RestoreTarget& target,
                           const RestoreOptions& options) {
  RestorePlan plan;
  plan.tree = source.tree;
  plan.from = options.path;
  plan.onto = options.onto.empty() ? options.path : options.onto;
  plan.chroot = target.chroot;
  const NodeIndex from = source.tree->find(options.path);
  if (from == kNoNode) {
    return fail(Outcome::kNotFound,
                "restore '" + printable(options.path) + "': the backup holds no such znode");
  }
  plan.reasons.emplace_back("on the way to the target path; not from the backup");
  for (const std::string& path : missing_parents) {
    plan.paths.push_back(path);
    plan.items.push_back(
        {kNoNode, static_cast<std::uint32_t>(plan.paths.size() - 1), 1, RestoreAction::kCreate});
  }
  Decider(source, reading, target, options, plan).run(from);
  return plan;
}

}  // namespace arkive::zk
