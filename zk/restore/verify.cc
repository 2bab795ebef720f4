#include "zk/restore/verify.h"

#include <unordered_set>

#include "zk/restore/twin_walk.h"

namespace arkive::zk {
namespace {

// Of znodes created with their final ACL, every so many-th is read back.
constexpr std::uint32_t kSampleEvery = 128;

// Calls visit(item, twin) for every item of the plan that is in the backup's tree.
template <class Visit>
void walk_items(const RestorePlan& plan, const Tree& there, Visit visit) {
  std::uint32_t item = 0;
  while (item < plan.items.size() && plan.items[item].source == kNoNode) ++item;
  if (item == plan.items.size()) return;
  const PathMap map(plan.from, plan.onto, plan.chroot);
  walk_twins(
      *plan.tree, plan.items[item].source, &there, there.find(map.whole(plan.from)),
      [&](NodeIndex, NodeIndex twin) { visit(item++, twin); }, [](NodeIndex, NodeIndex) {});
}

// Tells the reader which ACLs need not be read.
class AcknowledgedAcls final : public KnownAcls {
 public:
  AcknowledgedAcls(const Ledger& ledger, bool every) : ledger_(ledger), every_(every) {}

  Status apply(Tree& there) override {
    for (NodeIndex i = 0; i < there.index_end(); ++i) there[i].acl = kOpenAcl;
    std::vector<bool> seen(ledger_.plan().tree->acl_count(), false);
    walk_items(ledger_.plan(), there, [&](std::uint32_t item, NodeIndex twin) {
      if (twin == kNoNode || !ledger_.touched(item) || ledger_.was_kept(item)) return;
      const AclId acl = ledger_.node(item).acl;
      const bool read = every_ || ledger_.set_apart(item) || there[twin].aversion != 0 || !seen[acl] ||
                        item % kSampleEvery == 0;
      seen[acl] = true;
      if (!read) return;
      there[twin].acl = kUnknownAcl;
      read_.insert(item);
    });
    return ok();
  }
  bool was_read(std::uint32_t item) const { return read_.contains(item); }

 private:
  const Ledger& ledger_;
  bool every_;
  std::unordered_set<std::uint32_t> read_;
};

// The same ACL, as far as hashes were shown.
bool agrees(const Acl& wanted, const Acl& there) {
  if (wanted.size() != there.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == there[i]) continue;
    const std::string_view id = there[i].id;
    const bool masked = is_masked(there[i]) && wanted[i].scheme == there[i].scheme &&
                        wanted[i].permissions == there[i].permissions &&
                        wanted[i].id.starts_with(id.substr(0, id.size() - 1));
    if (!masked) return false;
  }
  return true;
}

class Comparison {
 public:
  Comparison(const Ledger& ledger, const RestoreOptions& options, const Reading& reading,
             const AcknowledgedAcls& acls, RestoreReport& report)
      : ledger_(ledger),
        options_(options),
        reading_(reading),
        acls_(acls),
        report_(report),
        hidden_(ledger.plan().items.size(), false) {
    for (const UnreadableZnode& unreadable : reading.unreadable) unreadable_.insert(unreadable.path);
  }

  void look(std::uint32_t item, NodeIndex twin) {
    const std::uint32_t above = ledger_.parent(item);
    const bool unreadable = !unreadable_.empty() && unreadable_.contains(ledger_.path(item));
    hidden_[item] = unreadable || (twin == kNoNode && above != kNoNode && hidden_[above]);
    if (!ledger_.touched(item) || ledger_.was_kept(item) || ledger_.has_failed(item)) return;
    if (hidden_[item]) {
      ++report_.not_verifiable;
    } else if (twin == kNoNode) {
      differs(item, "it is not there");
    } else {
      compare(item, reading_.tree[twin]);
    }
  }

 private:
  void compare(std::uint32_t item, const Node& there) {
    const Node& node = ledger_.node(item);
    if (node.is_null() != there.is_null() || node.data() != there.data()) {
      const bool by_us = ledger_.item(item).action == RestoreAction::kCreate && there.version == 0;
      differs(item, by_us ? "its data" : "its data; somebody may have changed it since");
    }
    if (acls_.was_read(item)) {
      ++report_.acls_verified;
      const bool agree =
          there.acl != kUnknownAcl && agrees(ledger_.final_acl(item), reading_.tree.acl(there.acl));
      if (!agree) differs(item, "its ACL");
    }
    const bool counts = options_.sequence_counters && node.has_stat && ledger_.counter(item) != nullptr;
    if (counts && there.stat().next_sequence() < node.stat().next_sequence()) {
      differs(item, "its sequence counter is " + std::to_string(there.stat().next_sequence()) +
                        " instead of " + std::to_string(node.stat().next_sequence()));
    }
  }

  void differs(std::uint32_t item, std::string what) {
    report_.differing.push_back({ledger_.plan().path(ledger_.item(item)), std::move(what)});
  }

  const Ledger& ledger_;
  const RestoreOptions& options_;
  const Reading& reading_;
  const AcknowledgedAcls& acls_;
  RestoreReport& report_;
  std::vector<bool> hidden_;
  std::unordered_set<std::string> unreadable_;
};

}  // namespace

Status verify(Target& target, const Ledger& ledger, const RestoreOptions& options, Deadline deadline,
              RestoreReport& report) {
  const RestorePlan& plan = ledger.plan();
  AcknowledgedAcls acls(ledger, options.verify_every_acl);
  ReadOptions read;
  read.selection.path = PathMap(plan.from, plan.onto, plan.chroot).whole(plan.from);
  read.most_passes = 1;
  read.deadline = deadline;
  read.known_acls = &acls;
  Result<Reading> reading = target.read(read);
  // All of it gone again: an empty reading says so.
  if (!reading && reading.error().outcome == Outcome::kNotFound) reading = Reading();
  if (!reading) return fail(reading.error().within("verify what was restored"));
  Comparison comparison(ledger, options, *reading, acls, report);
  walk_items(plan, reading->tree, [&](std::uint32_t item, NodeIndex twin) { comparison.look(item, twin); });
  return ok();
}

}  // namespace arkive::zk
