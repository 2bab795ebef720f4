/// ProcessRecord: a process told apart from any later one with the same number, so that a recycled id is
/// never signalled. Kept in a server's directory for whoever stops it later.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "stores/core/result.h"

namespace arkive::rehearse {

/// A value; any thread.
class ProcessRecord {
 public:
  /// Of a running process. kNotFound when there is none.
  static Result<ProcessRecord> of(pid_t id);
  /// What text() wrote. kCorrupt otherwise.
  static Result<ProcessRecord> parse(std::string_view text);

  /// "<id> <start time in clock ticks since boot> <boot id>".
  std::string text() const;
  pid_t id() const { return id_; }
  /// The very same process runs still; a zombie does not.
  bool alive() const;
  /// Every thread of it has stopped after SIGSTOP.
  bool stopped() const;
  /// Sends `signal` to this very process; kNotFound when it has ended.
  Status signal(int number) const;

 private:
  pid_t id_ = -1;
  std::uint64_t started_ = 0;
  std::string boot_;
};

}  // namespace arkive::rehearse
