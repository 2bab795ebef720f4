#include "zk/restore/ledger.h"

#include <algorithm>

#include "zk/restore/request_size.h"
#include "zk/restore/temporary_identity.h"

namespace arkive::zk {
namespace {

constexpr std::string_view kCounterName = "arkive-counter";
const std::string kParentFailed = "its parent could not be restored";

}  // namespace

Ledger::Ledger(const RestorePlan& plan, const std::vector<Identity>& identities,
               const RestoreOptions& options, std::size_t atomic_bytes, RestoreReport& report)
    : plan_(plan),
      tree_(*plan.tree),
      options_(options),
      map_(plan.from, plan.onto, plan.chroot),
      rights_(identities),
      atomic_bytes_(atomic_bytes),
      report_(report),
      parents_(plan.items.size(), kNoNode),
      pending_(plan.items.size(), 0),
      flags_(plan.items.size(), 0) {
  link_parents();
  count_work();
}

void Ledger::link_parents() {
  std::vector<std::uint32_t> above;
  for (std::uint32_t i = 0; i < plan_.items.size(); ++i) {
    if (plan_.items[i].source == kNoNode) continue;
    while (!above.empty() && plan_.items[above.back()].source != node(i).parent) above.pop_back();
    if (!above.empty()) parents_[i] = above.back();
    above.push_back(i);
  }
}

void Ledger::count_work() {
  std::vector<bool> new_children(plan_.items.size(), false);
  auto raise = plan_.counters.rbegin();
  for (auto i = static_cast<std::uint32_t>(plan_.items.size()); i-- > 0;) {
    const RestoreItem& at = plan_.items[i];
    const bool has_counter = raise != plan_.counters.rend() && raise->item == i;
    if (at.source == kNoNode) {
      ++progress_;
      continue;
    }
    if (at.action == RestoreAction::kCreate) {
      ++pending_[i];
      if (begins_temporary(i, new_children[i], has_counter ? &*raise : nullptr)) put(i, kTemporary);
      if (parents_[i] != kNoNode) new_children[parents_[i]] = true;
    } else if (const ExistingZnode* there = existing(i)) {
      if (has_part_before_children(i)) ++pending_[i];
      const bool locks = there->order == ReplaceOrder::kLockDataThenAcl;
      if (locks || there->order == ReplaceOrder::kAclLast) put(i, kNeedsFinal);
      if (locks || at.action == RestoreAction::kFinish) uses_temporary_acls_ = true;
    } else {
      ++progress_;
    }
    if (has(i, kTemporary)) {
      put(i, kNeedsFinal);
      uses_temporary_acls_ = true;
    }
    if (has_counter) {
      put(i, kCounterOpen);
      ++pending_[i];
      ++raise;
    }
    if (pending_[i] > 0 || has(i, kNeedsFinal)) {
      put(i, kCounted);
      if (parents_[i] != kNoNode) ++pending_[parents_[i]];
    }
  }
  for (std::uint32_t i = 0; i < plan_.items.size(); ++i) {
    if (pending_[i] == 0) settle(i);
  }
}

bool Ledger::begins_temporary(std::uint32_t item, bool new_children, const CounterRaise* raise) const {
  const Node& at = node(item);
  const Acl& acl = tree_.acl(at.acl);
  std::uint32_t needs = new_children ? kCreatePermission : 0U;
  if (raise != nullptr) needs |= kCreatePermission | kDeletePermission;
  if ((rights_.granted(acl) & needs) != needs) return true;
  const std::size_t path = this->path(item).size();
  const bool ttl = at.kind == Kind::kTtl;
  if (create_size(path, at.data().size(), acl_size(acl), ttl) > options_.packet_limit) return true;
  if (raise == nullptr) return false;
  // Steps that cannot go with the create must leave a trace until they are done, or a run after a kill would
  // not know of them.
  return at.kind != Kind::kPersistent ||
         multi_create_size(path, at.data().size(), acl_size(acl)) + raise->steps * counter_pair_size(path) >
             atomic_bytes_;
}

bool Ledger::has_part_before_children(std::uint32_t item) const {
  const ExistingZnode& there = *existing(item);
  return there.data_differs || there.order == ReplaceOrder::kAclOnly ||
         (there.order == ReplaceOrder::kLockDataThenAcl);
}

std::string Ledger::path(std::uint32_t item) const {
  const RestoreItem& at = plan_.items[item];
  return at.source == kNoNode ? plan_.paths[at.place] : map_.whole(tree_.path(at.source));
}

std::string Ledger::counter_path(std::uint32_t item) const {
  std::string child = join_path(path(item), kCounterName);
  if (counter_renamed_ > 0) child += '-' + std::to_string(counter_renamed_);
  return child;
}

const Acl& Ledger::first_acl(std::uint32_t item) const {
  return temporary(item) ? own_acl() : tree_.acl(node(item).acl);
}

const Acl& Ledger::final_acl(std::uint32_t item) const {
  const auto old = has(item, kLocked) && has(item, kKept) ? old_acls_.find(item) : old_acls_.end();
  return old != old_acls_.end() ? old->second : tree_.acl(node(item).acl);
}

std::int32_t Ledger::final_aversion(std::uint32_t item) const {
  const bool unseen = plan_.items[item].action == RestoreAction::kOverwrite &&
                      existing(item)->order == ReplaceOrder::kAclLast;
  return unseen ? existing(item)->aversion : -1;
}

const ExistingZnode* Ledger::existing(std::uint32_t item) const {
  const RestoreItem& at = plan_.items[item];
  const bool replaces = at.action == RestoreAction::kOverwrite || at.action == RestoreAction::kFinish;
  return replaces ? &plan_.existing[at.place] : nullptr;
}

const CounterRaise* Ledger::counter(std::uint32_t item) const {
  const auto found =
      std::lower_bound(plan_.counters.begin(), plan_.counters.end(), item,
                       [](const CounterRaise& raise, std::uint32_t wanted) { return raise.item < wanted; });
  return found != plan_.counters.end() && found->item == item ? &*found : nullptr;
}

std::uint32_t Ledger::counter_steps_done(std::uint32_t item) const {
  const auto found = counters_done_.find(item);
  return found == counters_done_.end() ? 0 : found->second;
}

const std::string* Ledger::obstacle(std::uint32_t item) const {
  const std::uint32_t above = parents_[item];
  if (above == kNoNode) return nullptr;
  if (has(above, kFailed)) return &kParentFailed;
  return has(above, kRefuses) ? &refusals_.at(above) : nullptr;
}

void Ledger::created(std::uint32_t item) {
  put(item, kTouched);
  ++report_.created;
  part_done(item);
}

void Ledger::found_same(std::uint32_t item) {
  clear(item, kNeedsFinal);
  ++report_.same;
  part_done(item);
}

void Ledger::found_temporary(std::uint32_t item) {
  put(item, kNeedsFinal);
  created(item);
}

void Ledger::replaced(std::uint32_t item) {
  put(item, kTouched);
  part_done(item);
}

void Ledger::counter_raised(std::uint32_t item, std::uint32_t steps) {
  std::uint32_t& done = counters_done_[item];
  done += steps;
  if (done < counter(item)->steps) return;
  ++report_.counters_set;
  close_counter(item);
}

void Ledger::counter_failed(std::uint32_t item, std::string reason) {
  if (!has(item, kCounterOpen)) return;
  report_.failed.push_back({plan_.path(plan_.items[item]), "its sequence counter: " + std::move(reason)});
  close_counter(item);
}

void Ledger::close_counter(std::uint32_t item) {
  if (!has(item, kCounterOpen)) return;
  clear(item, kCounterOpen);
  part_done(item);
}

void Ledger::final_acl_set(std::uint32_t item) {
  put(item, kFinalSet);
  put(item, kTouched);
  clear(item, kNeedsFinal);
  ++report_.acls_set;
  settle(item);
}

void Ledger::final_acl_failed(std::uint32_t item, std::string reason) {
  put(item, kFailed);
  clear(item, kNeedsFinal);
  report_failure(item, "its ACL could not be set: " + std::move(reason));
  settle(item);
}

void Ledger::failed(std::uint32_t item, std::string reason) {
  put(item, kFailed);
  clear(item, kNeedsFinal);
  report_failure(item, std::move(reason));
  close_counter(item);
  part_done(item);
}

void Ledger::kept(std::uint32_t item, std::string reason) {
  put(item, kKept);
  if (!has(item, kLocked)) clear(item, kNeedsFinal);
  report_failure(item, std::move(reason));
  part_done(item);
}

void Ledger::refuses(std::uint32_t item, std::string reason) {
  put(item, kRefuses);
  refusals_[item] = std::move(reason);
}

void Ledger::remember_acl(std::uint32_t item, Acl acl) {
  old_acls_[item] = std::move(acl);
}

void Ledger::prepared(std::uint32_t item) {
  switch (existing(item)->order) {
    case ReplaceOrder::kAclOnly:
      put(item, kFinalSet);
      ++report_.acls_set;
      replaced(item);
      return;
    case ReplaceOrder::kAclThenData:
      put(item, kFinalSet);
      ++report_.acls_set;
      return;
    case ReplaceOrder::kLockDataThenAcl:
      put(item, kLocked);
      if (!existing(item)->data_differs) replaced(item);
      return;
    case ReplaceOrder::kDataOnly:
    case ReplaceOrder::kAclLast:
      return;
  }
}

std::optional<std::uint32_t> Ledger::next_final() {
  if (finals_.empty()) return std::nullopt;
  const std::uint32_t item = finals_.front();
  finals_.pop_front();
  return item;
}

std::uint64_t Ledger::progress() {
  return std::exchange(progress_, 0);
}

void Ledger::report_failure(std::uint32_t item, std::string reason) {
  report_.failed.push_back({plan_.path(plan_.items[item]), std::move(reason)});
}

void Ledger::part_done(std::uint32_t item) {
  if (--pending_[item] == 0) settle(item);
}

void Ledger::settle(std::uint32_t item) {
  // Upwards: the last child done may have been all that its parent, and that one's parent, waited for.
  while (pending_[item] == 0) {
    if (has(item, kNeedsFinal)) {
      finals_.push_back(item);
      return;
    }
    if (!has(item, kCounted)) return;
    clear(item, kCounted);
    ++progress_;
    if (!has(item, kFailed) && has(item, kTouched) && !has(item, kKept)) {
      if (plan_.items[item].action == RestoreAction::kOverwrite) ++report_.overwritten;
      if (plan_.items[item].action == RestoreAction::kFinish) ++report_.finished;
    }
    item = parents_[item];
    if (item == kNoNode) return;
    --pending_[item];
  }
}

}  // namespace arkive::zk
