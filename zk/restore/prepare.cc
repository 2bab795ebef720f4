#include "zk/restore/prepare.h"

#include "zk/restore/answers.h"
#include "zk/restore/waiting.h"

namespace arkive::zk {
namespace {

constexpr std::size_t kInFlight = 128;

class Preparation {
 public:
  Preparation(Target& target, Ledger& ledger, const TemporaryIdentity* identity)
      : target_(target), ledger_(ledger), identity_(identity) {
    for (std::uint32_t item = 0; item < ledger.plan().items.size(); ++item) {
      const ExistingZnode* there = ledger.existing(item);
      if (there == nullptr) continue;
      const bool early = there->order == ReplaceOrder::kAclOnly ||
                         there->order == ReplaceOrder::kAclThenData ||
                         there->order == ReplaceOrder::kLockDataThenAcl;
      if (early) items_.push_back(item);
    }
  }

  /// Tries those not done. True when all are settled; false when the connection was lost.
  bool go() {
    auto acls = pipelined<Session::GotAcl>(items_.size(), kInFlight, [&](std::size_t i, auto done) {
      target_.get_acl(ledger_.path(items_[i]), std::move(done));
    });
    std::vector<std::uint32_t> open;
    std::vector<std::uint32_t> to_set;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const std::uint32_t item = items_[i];
      if (is_lost(acls[i].answer)) {
        open.push_back(item);
      } else if (tried_ && acls[i].answer == Answer::kOk && is_wanted(item, acls[i].acl)) {
        done(item);
      } else {
        if (acls[i].answer == Answer::kOk) remember(item, std::move(acls[i].acl));
        to_set.push_back(item);
      }
    }
    tried_ = true;
    const auto answers = pipelined<Answer>(to_set.size(), kInFlight, [&](std::size_t i, auto answered) {
      const std::uint32_t item = to_set[i];
      target_.set_acl(ledger_.path(item), wanted(item), ledger_.existing(item)->aversion,
                      std::move(answered));
    });
    for (std::size_t i = 0; i < to_set.size(); ++i) {
      if (is_lost(answers[i])) {
        open.push_back(to_set[i]);
      } else if (answers[i] == Answer::kOk) {
        done(to_set[i]);
      } else {
        ledger_.kept(to_set[i], "its ACL could not be set: " + meanwhile_text(answers[i]));
      }
    }
    items_ = std::move(open);
    return items_.empty();
  }

 private:
  bool locks(std::uint32_t item) const {
    return ledger_.existing(item)->order == ReplaceOrder::kLockDataThenAcl;
  }
  const Acl& wanted(std::uint32_t item) const { return locks(item) ? own_acl() : ledger_.final_acl(item); }
  bool is_wanted(std::uint32_t item, const Acl& acl) const {
    return locks(item) ? identity_ != nullptr && identity_->marks(acl) : acl == ledger_.final_acl(item);
  }
  void remember(std::uint32_t item, Acl acl) {
    if (locks(item)) ledger_.remember_acl(item, std::move(acl));
  }
  void done(std::uint32_t item) { ledger_.prepared(item); }

  Target& target_;
  Ledger& ledger_;
  const TemporaryIdentity* identity_;
  std::vector<std::uint32_t> items_;
  bool tried_ = false;
};

}  // namespace

Status prepare_existing(Target& target, Ledger& ledger, const TemporaryIdentity* identity,
                        std::chrono::milliseconds without_server) {
  Preparation preparation(target, ledger, identity);
  while (!preparation.go()) ARKIVE_TRY(target.recover(Deadline::after(without_server)));
  return ok();
}

}  // namespace arkive::zk
