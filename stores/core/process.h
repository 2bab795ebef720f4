/// Child processes: run to the end with output captured, or started and ended by their own id. No shell is
/// involved.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "stores/core/bytes.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive {

struct Command {
  std::vector<std::string> arguments;              ///< arguments[0] is looked up in PATH
  std::string directory;                           ///< working directory; empty: ours
  std::map<std::string, std::string> environment;  ///< added to (or replacing in) ours
  std::string input;                               ///< given on standard input, then closed
  bool only_this_environment = false;              ///< true: nothing of ours (so PATH is to be given too)
  bool with_hidden = false;                        ///< true: also what hide_from_children() names
};

struct Finished {
  int status = 0;            ///< exit status, or 128 + signal
  std::string output;        ///< standard output
  std::string error_output;  ///< standard error
  bool succeeded() const { return status == 0; }
};

/// Children get none of these variables of our environment from then on, unless a command says so: secrets
/// that are for this process alone. Called once, before there are threads.
void hide_from_children(std::vector<std::string> variables);

/// Runs `command` to its end. kNotFound when the program is missing, kRetry when `deadline` passed,
/// kInterrupted when SIGINT or SIGTERM came meanwhile (in both cases the child and its group are killed and
/// the child is reaped). A process it leaves in the background is not waited for. A non-zero exit is not an
/// error here: look at `status`.
Result<Finished> run_process(const Command& command, Deadline deadline);

/// A child that keeps running (a server). It leads its own process group; destroying the object kills the
/// group (SIGKILL) and reaps it, so nothing is left behind. Also gets SIGKILL when our process dies
/// (PR_SET_PDEATHSIG); the kernel sends that when the *thread* that called start() ends, so start it from a
/// thread that lives as long. One thread at a time.
class ChildProcess {
 public:
  /// Standard output and error are appended to `log_path`; standard input is /dev/null.
  static Result<ChildProcess> start(const Command& command, const std::string& log_path);
  /// As start, but the child survives us (no PR_SET_PDEATHSIG, destructor does not kill). For `tools/services
  /// start`.
  static Result<ChildProcess> start_detached(const Command& command, const std::string& log_path);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

  pid_t id() const { return id_; }
  /// Its exit status (or 128 + signal) once it has ended, nothing while it runs.
  std::optional<int> poll();
  /// Sends a signal to the process itself.
  Status signal(int number);
  /// SIGTERM, waits up to `grace`, then SIGKILL to the group; reaps. Returns the exit status.
  Result<int> stop(std::chrono::milliseconds grace);
  /// SIGKILL to the group and reap.
  void kill_now();

 private:
  ChildProcess(pid_t id, bool detached) : id_(id), detached_(detached) {}
  pid_t id_ = -1;
  bool detached_ = false;
  std::optional<int> status_;
};

/// Of this machine; "unknown" when the kernel does not tell.
std::string host_name();

}  // namespace arkive
