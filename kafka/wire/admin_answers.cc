#include "kafka/wire/admin_answers.h"

#include <algorithm>

#include "kafka/wire/messages/error_codes.h"
#include "kafka/wire/offset_queries.h"
#include "stores/core/interrupt.h"
#include "stores/core/retry.h"

namespace arkive::kafka::wire {
namespace {

constexpr std::int16_t kRequestTimedOut = 7;
constexpr RetryPolicy kTries{std::chrono::milliseconds(100), std::chrono::seconds(3), 0};

bool may_pass(std::int16_t error) {
  const Meaning meaning = error_meaning(error);
  return meaning == Meaning::kRetry || meaning == Meaning::kLookAgain;
}

// The answers to some of all things, in their own order of asking.
class Piece {
 public:
  Piece(std::vector<std::size_t> items, const AnswerRules& rules, std::vector<ItemAnswer>& answers)
      : items_(std::move(items)), done_before_(rules.done_before), answers_(answers) {}

  Status ask_until_answered(std::string_view operation, const AskForItems& ask, Deadline deadline) {
    const Deadline patience = deadline.sooner(kPartitionPatience);
    Backoff backoff(kTries);
    while (!items_.empty()) {
      const auto said = ask(items_, deadline);
      if (said) {
        take(*said, patience.passed());
      } else if (said.error().outcome == Outcome::kRetry && !patience.passed()) {
        unanswered_before_ = true;
      } else {
        return fail(said.error());
      }
      if (!items_.empty() && !pause_for(backoff.next(), patience)) {
        return fail(interruption_of(std::string(operation)));
      }
    }
    return ok();
  }

 private:
  void take(const std::vector<SaidOfItem>& said, bool last) {
    std::vector<std::size_t> again;
    for (std::size_t k = 0; k < items_.size(); ++k) {
      ItemAnswer& answer = answers_[items_[k]];
      answer = {};
      const std::int16_t error = said[k].error;
      if (error == kNoError) continue;
      const bool done_before = done_before_ != kNoError && error == done_before_;
      if (done_before && unanswered_before_) continue;
      answer = {error_text(error, said[k].message), broker_error({}, error).outcome};
      if (!may_pass(error) || done_before || last) continue;
      again.push_back(items_[k]);
      // It may be done all the same: the broker only did not wait for it.
      if (error == kRequestTimedOut) unanswered_before_ = true;
    }
    items_ = std::move(again);
  }

  std::vector<std::size_t> items_;
  const std::int16_t done_before_;
  std::vector<ItemAnswer>& answers_;
  bool unanswered_before_ = false;
};

}  // namespace

Result<std::vector<ItemAnswer>> answer_all(std::string_view operation, std::size_t count,
                                           const AnswerRules& rules, const AskForItems& ask,
                                           Deadline deadline) {
  std::vector<ItemAnswer> answers(count);
  for (std::size_t at = 0; at < count; at += rules.most_at_once) {
    std::vector<std::size_t> items;
    for (std::size_t i = at; i < std::min(count, at + rules.most_at_once); ++i) items.push_back(i);
    ARKIVE_TRY(Piece(std::move(items), rules, answers).ask_until_answered(operation, ask, deadline));
  }
  return answers;
}

}  // namespace arkive::kafka::wire
