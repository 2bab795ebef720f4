#include "stores/remote/requests.h"

#include <algorithm>

#include "stores/core/interrupt.h"
#include "stores/core/log.h"
#include "stores/core/time.h"
#include "stores/http/date.h"

namespace arkive::remote {
namespace {

constexpr std::chrono::seconds kLongestRequested{300};

}  // namespace

Answer Requests::paced(const std::string& operation, const std::function<Answer()>& attempt,
                       Deadline deadline) {
  const auto wait = pacer_.reserve(SteadyClock::now());
  if (wait > SteadyClock::duration::zero() &&
      !pause_for(std::chrono::duration_cast<std::chrono::milliseconds>(wait), deadline))
    return {.result = fail(interruption_of(operation))};
  return attempt();
}

Result<http::Response> Requests::send(const std::string& operation, const std::function<Answer()>& attempt,
                                      Deadline deadline) {
  const auto begun = SteadyClock::now();
  Backoff backoff(policy_);
  budget_.request();
  bool set_right = false;
  for (int tries = 1;; ++tries) {
    Answer answer = paced(operation, attempt, deadline);
    if (answer.result || !answer.try_again) return std::move(answer.result);
    if (answer.at_once) {
      if (set_right) return std::move(answer.result);  // it was something else
      set_right = true;
      continue;
    }
    Error& error = answer.result.error();
    if (tries >= policy_.most_tries) {
      if (error.hint.empty()) error.hint = "see whether '" + origin_ + "' serves, and run the command again";
      error.what += " (tried " + std::to_string(tries) + " times)";
      return std::move(answer.result);
    }
    if (deadline.passed()) return std::move(answer.result);
    if (!budget_.take()) {
      error.what += " (too many requests failed to go on trying)";
      return std::move(answer.result);
    }
    const auto pause = pause_after(answer, backoff);
    // A server that takes requests and does not answer costs each try half a minute, without a long pause.
    if (pause > std::chrono::seconds(1) || SteadyClock::now() - begun > std::chrono::seconds(10))
      log_warning(error.what + "; trying again in " + human_duration(pause));
    if (!pause_for(pause, deadline)) return fail(interruption_of(error.what));
  }
}

std::chrono::milliseconds pause_after(const Answer& answer, Backoff& backoff) {
  const auto asked = std::min<std::chrono::milliseconds>(answer.at_least, kLongestRequested);
  if (asked.count() <= 0) return backoff.next();
  return std::max(backoff.next(), asked + Backoff({.first = asked / 2, .longest = asked / 2}).next());
}

namespace {

/// Retry-After (RFC 9110, 10.2.3): seconds, or a date of the server's clock.
std::chrono::milliseconds asked_to_wait(const http::Response& response) {
  const std::string_view after = response.header("retry-after");
  if (!after.empty() && after.size() < 7 && after.find_first_not_of("0123456789") == after.npos)
    return std::chrono::seconds(std::stol(std::string(after)));
  const auto until = http::parse_date(after);
  if (!until) return {};
  const UnixMilliseconds now = http::parse_date(response.header("date")).value_or(wall_clock_now());
  return std::chrono::milliseconds(std::max<UnixMilliseconds>(*until - now, 0));
}

}  // namespace

Answer may_pass(Error error, const http::Response& response) {
  return {.result = fail(std::move(error)), .try_again = true, .at_least = asked_to_wait(response)};
}

}  // namespace arkive::remote
