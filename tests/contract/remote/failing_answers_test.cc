// Of all requests of a run and of a prune the N-th fails, N = 1, 2, ... until there is none (test 4 of
// docs/reliability.md, behind a network): an error that names its object, or it passes; never half a run.
#include "tests/contract/remote/disturbed_runs.h"

namespace arkive::test {
namespace {

/// What comes in the place of an answer.
struct Failure {
  std::string name;
  HttpReply reply = {};
  bool lasts = false;                   ///< of every request from there on
  bool after_the_deed = false;          ///< the server has done what was asked
  std::optional<Outcome> outcome = {};  ///< when it ends in an error
};

class FailingAnswers : public DisturbedRuns {
 protected:
  std::vector<Failure> failures() const {
    std::vector<Failure> all = {
        {.name = "denied", .reply = scripted().denied},
        {.name = "denied for good", .reply = scripted().denied, .lasts = true, .outcome = Outcome::kDenied},
        {.name = "unavailable for good", .reply = scripted().unavailable, .lasts = true},
        {.name = "cut for good", .reply = {.cut_after = 0}, .lasts = true},
        {.name = "lost for good", .reply = {.cut_after = 0}, .lasts = true, .after_the_deed = true},
        {.name = "no XML", .reply = {.status = 400, .body = "<html>no</html>"}}};
    for (const ScriptedKind::Refusal& refusal : scripted().refusals) {
      if (refusal.outcome == Outcome::kFull)
        all.push_back({.name = "full", .reply = refusal.reply, .lasts = true, .outcome = Outcome::kFull});
    }
    return all;
  }

  /// From the request with that number on; whether there was one.
  bool fail_from(std::size_t first, const Failure& failure) {
    happened_ = false;
    const auto is_it = [this, first, &failure](std::size_t number) {
      const bool it = failure.lasts ? number >= first : number == first;
      if (it) happened_ = true;
      return it;
    };
    if (failure.after_the_deed) {
      server().after = [=](const HttpRequest&, HttpReply& reply, std::size_t number) {
        if (is_it(number)) reply = failure.reply;
      };
    } else {
      server().before = [=](const HttpRequest&, std::size_t number) -> std::optional<HttpReply> {
        if (is_it(number)) return failure.reply;
        return std::nullopt;
      };
    }
    done_ = do_it();
    return happened_;
  }

  std::string trouble_after(const Failure& failure) {
    if (done_) return trouble(Ended::kDone);
    const Error& error = done_.error();
    if (error.what.find('\'') == std::string::npos) return "no object is named: " + error.what;
    if (failure.outcome && error.outcome != *failure.outcome)
      return "it is " + std::string(outcome_name(error.outcome)) + ": " + error.what;
    // What the server did before its answer was lost, it did; and what cannot be asked cannot be undone.
    return trouble(failure.lasts ? Ended::kUnknown : Ended::kFailed);
  }
  bool noticed() const { return !done_; }

 private:
  std::atomic<bool> happened_{false};
  Result<int> done_ = 0;
};

TEST_P(FailingAnswers, AreErrorsThatNameTheirObjectOrDoNoHarm) {
  const std::size_t step = full_form() ? 1 : 4;
  Score score;
  for (const Failure& failure : failures()) {
    for (std::size_t first = 1;; first += step) {
      begin_anew(before());
      if (!fail_from(first, failure)) break;
      score.add(noticed(), trouble_after(failure), failure.name + " at request " + std::to_string(first));
    }
  }
  finish("answers", score);
}

INSTANTIATE_TEST_SUITE_P(Remote, FailingAnswers, testing::ValuesIn(all_disturbed()), disturbed_name);

}  // namespace
}  // namespace arkive::test
