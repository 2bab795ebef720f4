/// ServerClock: the clock of a server, by the Date of its answers.
#pragma once

#include <atomic>
#include <string>

#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/core/time.h"
#include "stores/http/client.h"
#include "stores/remote/lease.h"

namespace arkive::remote {

/// Any thread.
class ServerClock {
 public:
  /// Until an answer was looked at, the clock of this machine.
  UnixMilliseconds now() const { return wall_clock_now() + offset_; }
  /// Keeps what the answer's Date says. Nothing when it has none.
  void look_at(const http::Response& response);
  /// true when the server's clock is not the one that was thought, by a minute or more; it is from now on.
  /// Says so, naming the server's `host`.
  bool set_right(const http::Response& response, const std::string& host);
  /// For a server that knows nothing of leases: the sooner of `deadline` and the end of `valid`, so that what
  /// is asked for is not begun later, and cut when it is under way. kConflict for `operation` when it is
  /// over.
  Result<Deadline> within(const Validity& valid, Deadline deadline, const std::string& operation) const;

 private:
  std::atomic<UnixMilliseconds> offset_{0};  ///< what the server's clock is ahead of ours
};

}  // namespace arkive::remote
