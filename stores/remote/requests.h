/// Requests: how often and how fast a server is asked (rule R4 of docs/reliability.md), whatever it speaks.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "stores/core/retry.h"
#include "stores/http/client.h"
#include "stores/remote/pacer.h"

namespace arkive::remote {

/// What came of one try.
struct Answer {
  Result<http::Response> result;
  bool try_again = false;
  bool at_once = false;                   ///< what was wrong has been set right: once a request
  std::chrono::milliseconds at_least{0};  ///< the server asks to wait so long
};

/// Any thread.
class Requests {
 public:
  /// `origin`: the server's address, for hints.
  Requests(RetryPolicy policy, std::string origin) : policy_(policy), origin_(std::move(origin)) {}

  /// Calls `attempt` until it gives a response or an error that is not to be tried again, or the tries,
  /// `deadline` or the budget of retries are used up. `operation`: what errors call it, "put
  /// 's3://bucket/k'".
  Result<http::Response> send(const std::string& operation, const std::function<Answer()>& attempt,
                              Deadline deadline);
  /// A server served one, or says that there are too many.
  void served() { pacer_.served(SteadyClock::now()); }
  void throttled() { pacer_.throttled(SteadyClock::now()); }

 private:
  Answer paced(const std::string& operation, const std::function<Answer()>& attempt, Deadline deadline);

  const RetryPolicy policy_;
  const std::string origin_;
  Pacer pacer_;
  RetryBudget budget_;
};

/// How long to wait after `answer`. Who was asked to wait for so long waits for up to half as long again, so
/// that those who were told at one moment do not all come back at one moment.
std::chrono::milliseconds pause_after(const Answer& answer, Backoff& backoff);

/// An error that may pass by itself, with how long the response asks to wait (Retry-After).
Answer may_pass(Error error, const http::Response& response);

}  // namespace arkive::remote
