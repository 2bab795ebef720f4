#include "zk/restore/writer.h"

#include <algorithm>

#include "stores/core/interrupt.h"
#include "zk/restore/answers.h"
#include "zk/restore/waiting.h"

namespace arkive::zk {
namespace {

constexpr std::size_t kFinalsInFlight = 128;

WriteOperation open_parent(const std::string& path) {
  WriteOperation operation;
  operation.type = WriteOperation::Type::kCreate;
  operation.path = path;
  operation.acl = open_acl();
  return operation;
}

}  // namespace

Writer::Writer(Target& target, Ledger& ledger, const TemporaryIdentity* identity,
               const RestoreOptions& options, BatchLimits limits, std::size_t own_size,
               std::chrono::milliseconds without_server)
    : target_(target),
      ledger_(ledger),
      identity_(identity),
      options_(options),
      stream_(ledger, limits, own_size),
      without_server_(without_server) {}

Status Writer::run() {
  ARKIVE_TRY(create_parents());
  while (true) {
    ARKIVE_TRY(flow());
    if (broken_.empty()) break;
    ARKIVE_TRY(mend());
  }
  report_progress();
  return ok();
}

// The parents on the way to the target path: few, so one at a time.
Status Writer::create_parents() {
  for (std::uint32_t item = 0; item < ledger_.plan().items.size(); ++item) {
    const RestoreItem& at = ledger_.item(item);
    if (at.source != kNoNode || at.action != RestoreAction::kCreate) break;
    const std::string path = ledger_.path(item);
    while (true) {
      const Answer answer = wait_for<Answer>(
          [&](auto done) { target_.create(open_parent(path), Kind::kPersistent, 0, std::move(done)); });
      if (is_lost(answer)) {
        ARKIVE_TRY(recover());
        continue;
      }
      if (answer == Answer::kOk || answer == Answer::kNodeExists) break;
      return fail(answer == Answer::kNoAuth ? Outcome::kDenied : Outcome::kFail,
                  "create '" + printable(path) + "' on the way to the target path: " + refusal_text(answer));
    }
  }
  return ok();
}

// Sends and receives until all is done or something failed and all in flight is answered.
Status Writer::flow() {
  while (true) {
    ARKIVE_TRY(check_interrupt("restore"));
    while (broken_.empty() && batches_in_flight_ < std::max(options_.most_requests_in_flight, 1U)) {
      std::optional<Request> request = stream_.next();
      if (!request) break;
      send(std::move(*request));
    }
    while (broken_.empty() && finals_in_flight_ < kFinalsInFlight) {
      const std::optional<std::uint32_t> item = ledger_.next_final();
      if (!item) break;
      send_final(*item);
    }
    if (in_flight_.empty()) return ok();
    receive();
    report_progress();
  }
}

void Writer::send(Request request) {
  const std::uint64_t id = next_id_++;
  const auto arrive = [mailbox = mailbox_, id](Answers answers) {
    const std::lock_guard lock(mailbox->mutex);
    mailbox->arrivals.push_back({id, std::move(answers)});
    mailbox->came.notify_one();
  };
  std::vector<WriteOperation> operations;
  for (const Step& step : request.steps) append_operations(ledger_, step, operations);
  const bool alone = request.alone;
  const std::uint32_t first = request.steps.front().item;
  in_flight_[id].request = std::move(request);
  ++batches_in_flight_;
  if (alone) {
    const Kind kind = ledger_.node(first).kind;
    const std::int64_t ttl = ledger_.plan().tree->ttl(ledger_.item(first).source);
    target_.create(operations.front(), kind, ttl, [arrive](Answer answer) { arrive({answer}); });
  } else {
    target_.multi(std::move(operations), arrive);
  }
}

void Writer::send_final(std::uint32_t item) {
  const std::uint64_t id = next_id_++;
  Sent& sent = in_flight_[id];
  sent.request.steps = {{item, Step::Kind::kFinalAcl, 1}};
  sent.is_final = true;
  ++finals_in_flight_;
  target_.set_acl(ledger_.path(item), ledger_.final_acl(item), ledger_.final_aversion(item),
                  [mailbox = mailbox_, id](Answer answer) {
                    const std::lock_guard lock(mailbox->mutex);
                    mailbox->arrivals.push_back({id, {answer}});
                    mailbox->came.notify_one();
                  });
}

void Writer::receive() {
  std::deque<Arrival> arrivals;
  {
    std::unique_lock lock(mailbox_->mutex);
    mailbox_->came.wait_for(lock, kInterruptCheck, [&] { return !mailbox_->arrivals.empty(); });
    arrivals.swap(mailbox_->arrivals);
  }
  for (Arrival& arrival : arrivals) {
    auto found = in_flight_.find(arrival.id);
    Sent sent = std::move(found->second);
    in_flight_.erase(found);
    --(sent.is_final ? finals_in_flight_ : batches_in_flight_);
    sent.answers = std::move(arrival.answers);
    if (!accept(sent)) broken_.emplace(arrival.id, std::move(sent));
  }
}

// Tells the ledger of a request that succeeded as a whole. False when it did not.
bool Writer::accept(Sent& sent) {
  for (const Answer answer : sent.answers) {
    if (is_lost(answer)) sent.lost = true;
    if (answer != Answer::kOk) return false;
  }
  for (const Step& step : sent.request.steps) {
    switch (step.kind) {
      case Step::Kind::kCreate:
        ledger_.created(step.item);
        break;
      case Step::Kind::kSetData:
        ledger_.replaced(step.item);
        break;
      case Step::Kind::kCounter:
        ledger_.counter_raised(step.item, step.count);
        break;
      case Step::Kind::kFinalAcl:
        ledger_.final_acl_set(step.item);
        break;
      case Step::Kind::kQuotaStats:
        break;
    }
  }
  return true;
}

void Writer::report_progress() {
  const std::uint64_t znodes = ledger_.progress();
  if (znodes > 0 && options_.on_progress) options_.on_progress(znodes);
}

Status Writer::recover() {
  return target_.recover(Deadline::after(without_server_));
}

}  // namespace arkive::zk
