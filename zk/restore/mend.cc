// The slow half of Writer: what to do about requests that failed.
#include <algorithm>

#include "zk/restore/answers.h"
#include "zk/restore/lookup.h"
#include "zk/restore/waiting.h"
#include "zk/restore/writer.h"

namespace arkive::zk {
namespace {

constexpr std::size_t kLargestMend = 256;
constexpr int kCounterNames = 8;
// A request that takes the connection with it this often, though others get through, is to blame itself.
constexpr int kMostLosses = 4;

// The step to which the operation that failed belongs; steps.size() when none can be blamed.
std::size_t blamed(const std::vector<Step>& steps, const std::vector<Answer>& answers, Answer& why) {
  std::size_t operation = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (std::size_t n = operation_count(steps[i]); n > 0 && operation < answers.size(); --n, ++operation) {
      if (answers[operation] == Answer::kOk || answers[operation] == Answer::kRolledBack) continue;
      why = answers[operation];
      return i;
    }
  }
  return steps.size();
}

bool all_equal(const std::vector<Answer>& answers) {
  return std::all_of(answers.begin(), answers.end(),
                     [&](Answer answer) { return answer == answers.front(); });
}

}  // namespace

Status Writer::mend() {
  const bool lost =
      std::any_of(broken_.begin(), broken_.end(), [](const auto& at) { return at.second.lost; });
  if (lost) ARKIVE_TRY(recover());
  std::map<std::uint64_t, Sent> broken;
  broken.swap(broken_);
  for (auto& [id, sent] : broken) {
    ARKIVE_TRY(sent.is_final ? mend_final(sent) : mend_request(sent));
    report_progress();
  }
  return ok();
}

Status Writer::mend_request(Sent& sent) {
  std::vector<Step> steps = std::move(sent.request.steps);
  const bool alone = sent.request.alone;
  bool lost = sent.lost;
  int losses = 0;
  if (lost) ARKIVE_TRY(look(steps, true));
  while (!steps.empty()) {
    if (drop_hopeless(steps, std::min(mend_batch_, steps.size()))) continue;
    std::size_t count = std::min(mend_batch_, steps.size());
    // Counter steps stay with their znode's create.
    while (count < steps.size() && steps[count].kind == Step::Kind::kCounter &&
           steps[count].item == steps[count - 1].item) {
      ++count;
    }
    Sent part;
    part.request.alone = alone;
    part.request.steps.assign(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(count));
    part.answers = ask(part.request);
    if (accept(part)) {
      steps.erase(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(count));
      mend_batch_ = std::min(mend_batch_ * 2, kLargestMend);
      losses = 0;
      continue;
    }
    if (part.lost) {
      lost = true;
      ARKIVE_TRY(recover());
      const std::size_t open = steps.size();
      ARKIVE_TRY(look(steps, true));
      losses = steps.size() < open ? 0 : losses + 1;
      if (losses > 1) mend_batch_ = std::max<std::size_t>(1, count / 2);
      if (losses >= kMostLosses && count == 1) {
        give_up(steps.front());
        steps.erase(steps.begin());
        losses = 0;
      }
      continue;
    }
    Answer answer = Answer::kOther;
    const std::size_t at = blamed(part.request.steps, part.answers, answer);
    const bool nobody = at == count || (count > 1 && part.answers.size() > 1 && all_equal(part.answers));
    if (nobody && count > 1) {
      // The request as a whole was refused: find out by halves for whose sake.
      mend_batch_ = count / 2;
      continue;
    }
    const std::size_t culprit = nobody ? 0 : at;
    mend_batch_ = std::max<std::size_t>(culprit, 1);
    ARKIVE_TRY(resolve(steps, culprit, answer, lost));
  }
  return ok();
}

void Writer::give_up(const Step& step) {
  const std::string why = "the target drops the connection when it is sent: is its jute.maxbuffer below " +
                          std::to_string(options_.packet_limit) + "?";
  switch (step.kind) {
    case Step::Kind::kCreate:
      return ledger_.failed(step.item, why);
    case Step::Kind::kSetData:
      return ledger_.kept(step.item, why);
    case Step::Kind::kCounter:
      return ledger_.counter_failed(step.item, why);
    case Step::Kind::kQuotaStats:
    case Step::Kind::kFinalAcl:
      return;
  }
}

// Of the first `count` steps, those that an earlier failure makes pointless. True when there were any.
bool Writer::drop_hopeless(std::vector<Step>& steps, std::size_t count) {
  const auto end = steps.begin() + static_cast<std::ptrdiff_t>(count);
  const auto kept = std::remove_if(steps.begin(), end, [&](const Step& step) {
    if (step.kind != Step::Kind::kCreate) return ledger_.has_failed(step.item);
    const std::string* why = ledger_.obstacle(step.item);
    if (why != nullptr) ledger_.failed(step.item, *why);
    return why != nullptr;
  });
  if (kept == end) return false;
  steps.erase(kept, end);
  return true;
}

Status Writer::resolve(std::vector<Step>& steps, std::size_t at, Answer answer, bool sent) {
  const Step step = steps[at];
  const auto remove = [&] { steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(at)); };
  switch (step.kind) {
    case Step::Kind::kCounter:
      resolve_counter(step, answer, steps, at);
      return ok();
    case Step::Kind::kCreate:
      if (answer == Answer::kNodeExists) {
        std::vector<Step> one{step};
        ARKIVE_TRY(look(one, sent));
        // Gone again already: it stays, to be created.
        if (one.empty()) remove();
        return ok();
      }
      if (answer == Answer::kNoAuth && ledger_.parent(step.item) != kNoNode) {
        ledger_.refuses(ledger_.parent(step.item), "not authorised to create below its parent");
      }
      ledger_.failed(step.item, answer == Answer::kNoAuth ? "not authorised to create below its parent"
                                                          : refusal_text(answer));
      break;
    case Step::Kind::kSetData:
      ledger_.kept(step.item, "its data could not be replaced: " + meanwhile_text(answer));
      break;
    case Step::Kind::kQuotaStats:
    case Step::Kind::kFinalAcl:
      break;
  }
  remove();
  return ok();
}

void Writer::resolve_counter(const Step& step, Answer answer, std::vector<Step>& steps, std::size_t at) {
  if (answer == Answer::kNodeExists && counter_renames_ < kCounterNames) {
    ++counter_renames_;
    ledger_.rename_counter();
    return;
  }
  ledger_.counter_failed(step.item, refusal_text(answer));
  steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(at));
}

Status Writer::mend_final(Sent& sent) {
  const std::uint32_t item = sent.request.steps.front().item;
  bool lost = sent.lost;
  while (true) {
    if (lost) {
      ARKIVE_TRY(look(sent.request.steps, true));
      if (sent.request.steps.empty()) return ok();
      sent.answers = {wait_for<Answer>([&](auto done) {
        target_.set_acl(ledger_.path(item), ledger_.final_acl(item), ledger_.final_aversion(item),
                        std::move(done));
      })};
    }
    const Answer answer = sent.answers.front();
    if (is_lost(answer)) {
      lost = true;
      ARKIVE_TRY(recover());
      continue;
    }
    if (answer == Answer::kOk) {
      ledger_.final_acl_set(item);
    } else {
      ledger_.final_acl_failed(item, meanwhile_text(answer));
    }
    return ok();
  }
}

// Removes from `steps` what is settled; goes on over lost connections.
Status Writer::look(std::vector<Step>& steps, bool sent) {
  while (!steps.empty()) {
    const std::vector<Fate> fates = look_at(target_, ledger_, identity_, steps, sent);
    std::vector<Step> left;
    bool again = false;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (fates[i] != Fate::kSettled) left.push_back(steps[i]);
      again = again || fates[i] == Fate::kUnknown;
    }
    steps = std::move(left);
    if (!again) break;
    ARKIVE_TRY(recover());
  }
  return ok();
}

Writer::Answers Writer::ask(const Request& request) {
  std::vector<WriteOperation> operations;
  for (const Step& step : request.steps) append_operations(ledger_, step, operations);
  return wait_for<Answers>([&](auto done) {
    if (request.alone) {
      const std::uint32_t item = request.steps.front().item;
      target_.create(operations.front(), ledger_.node(item).kind,
                     ledger_.plan().tree->ttl(ledger_.item(item).source),
                     [done](Answer answer) { done({answer}); });
    } else {
      target_.multi(std::move(operations), done);
    }
  });
}

}  // namespace arkive::zk
