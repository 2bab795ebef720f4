#include "zk/restore/lookup.h"

#include <algorithm>

#include "zk/restore/answers.h"
#include "zk/restore/waiting.h"

namespace arkive::zk {
namespace {

constexpr std::size_t kLooksInFlight = 256;

struct Look {
  Session::Got got;
  Session::GotAcl acl;
};

bool same_data(const Node& node, const std::optional<std::string>& data) {
  return node.is_null() ? !data.has_value() : data.has_value() && node.data() == *data;
}

class Looker {
 public:
  Looker(Ledger& ledger, const TemporaryIdentity* identity, bool sent)
      : ledger_(ledger), identity_(identity), sent_(sent) {}

  Fate judge(Step& step, const Look& look) const {
    if (is_lost(look.got.answer) || is_lost(look.acl.answer)) return Fate::kUnknown;
    switch (step.kind) {
      case Step::Kind::kCreate:
        return judge_create(step, look);
      case Step::Kind::kSetData:
        return judge_data(step, look);
      case Step::Kind::kCounter:
        return judge_counter(step, look);
      case Step::Kind::kFinalAcl:
        return judge_acl(step, look);
      case Step::Kind::kQuotaStats:
        return Fate::kNotDone;
    }
    return Fate::kNotDone;
  }

 private:
  Fate judge_create(const Step& step, const Look& look) const {
    const std::uint32_t item = step.item;
    if (look.got.answer == Answer::kNoZnode) return Fate::kNotDone;
    const bool hidden = look.got.answer == Answer::kNoAuth;
    if (hidden && sent_) {
      // Its final ACL keeps this session out, which is as it should be.
      ledger_.created(item);
      return Fate::kSettled;
    }
    if (look.got.answer != Answer::kOk) {
      ledger_.kept(item, hidden ? "somebody created it meanwhile, and this session may not read it"
                                : "look at what is there: " + std::string(answer_text(look.got.answer)));
      return Fate::kSettled;
    }
    const bool data_same = same_data(ledger_.node(item), look.got.data);
    const bool acl_known = look.acl.answer == Answer::kOk && !is_masked(look.acl.acl);
    if (data_same && acl_known && identity_ != nullptr && identity_->marks(look.acl.acl)) {
      ledger_.found_temporary(item);
    } else if (data_same && acl_known && look.acl.acl == ledger_.final_acl(item)) {
      sent_ && !ledger_.temporary(item) ? ledger_.created(item) : ledger_.found_same(item);
    } else if (data_same && !acl_known && sent_) {
      ledger_.created(item);
    } else {
      ledger_.kept(item, "somebody created it meanwhile, differently: kept");
    }
    return Fate::kSettled;
  }

  Fate judge_data(const Step& step, const Look& look) const {
    const std::int32_t planned = ledger_.existing(step.item)->version;
    if (look.got.answer == Answer::kOk && look.got.stat.version == planned) return Fate::kNotDone;
    const bool ours = look.got.answer == Answer::kOk && look.got.stat.version == planned + 1 &&
                      same_data(ledger_.node(step.item), look.got.data);
    if (ours && sent_) {
      ledger_.replaced(step.item);
    } else {
      ledger_.kept(step.item, "its data changed meanwhile: kept");
    }
    return Fate::kSettled;
  }

  Fate judge_counter(Step& step, const Look& look) const {
    if (look.got.answer != Answer::kOk) return Fate::kNotDone;
    const CounterRaise& raise = *ledger_.counter(step.item);
    // A new container's counter is raised after its first child.
    const bool after_child = ledger_.item(step.item).action == RestoreAction::kCreate &&
                             ledger_.node(step.item).kind == Kind::kContainer;
    const std::int64_t before =
        static_cast<std::int64_t>(raise.from) + ledger_.counter_steps_done(step.item) + (after_child ? 1 : 0);
    const std::int64_t raised = look.got.stat.next_sequence() - before;
    if (raised <= 0) return Fate::kNotDone;
    const auto done = static_cast<std::uint32_t>(std::min<std::int64_t>(raised, step.count));
    ledger_.counter_raised(step.item, done);
    step.count -= done;
    return step.count == 0 ? Fate::kSettled : Fate::kNotDone;
  }

  Fate judge_acl(const Step& step, const Look& look) const {
    // This session could set it, so it had ADMIN; where that is gone, and ids are hidden, it has been set.
    const bool ours = look.acl.answer == Answer::kNoAuth ||
                      (look.acl.answer == Answer::kOk &&
                       (look.acl.acl == ledger_.final_acl(step.item) || is_masked(look.acl.acl)));
    if (!ours) return Fate::kNotDone;
    ledger_.final_acl_set(step.item);
    return Fate::kSettled;
  }

  Ledger& ledger_;
  const TemporaryIdentity* identity_;
  bool sent_;
};

}  // namespace

std::vector<Fate> look_at(Target& target, Ledger& ledger, const TemporaryIdentity* identity,
                          std::vector<Step>& steps, bool sent) {
  // A server that lags behind must not hide what another one has confirmed or is about to.
  std::vector<Look> looks(steps.size());
  const auto synced = wait_for<Answer>([&](auto done) { target.sync("/", std::move(done)); });
  if (is_lost(synced)) return std::vector<Fate>(steps.size(), Fate::kUnknown);
  auto got = pipelined<Session::Got>(steps.size(), kLooksInFlight, [&](std::size_t i, auto done) {
    target.get(ledger.path(steps[i].item), std::move(done));
  });
  auto acls = pipelined<Session::GotAcl>(steps.size(), kLooksInFlight, [&](std::size_t i, auto done) {
    target.get_acl(ledger.path(steps[i].item), std::move(done));
  });
  const Looker looker(ledger, identity, sent);
  std::vector<Fate> fates;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    fates.push_back(looker.judge(steps[i], {std::move(got[i]), std::move(acls[i])}));
  }
  return fates;
}

}  // namespace arkive::zk
