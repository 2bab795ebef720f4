/// Server: one throwaway server with a directory of its own, whatever it serves.
///
/// <directory>/<name>/     its files: configuration (written anew at each start), server.log, process (its
/// ProcessRecord),
///                         and its data
///
/// Whether it is up is asked of the server itself. All ports are on 127.0.0.1 and stay reserved for it, also
/// while it is down, so that it can be started again on the same ones.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "restore-plans/rehearse/loopback.h"
#include "restore-plans/rehearse/process_record.h"
#include "stores/core/deadline.h"
#include "stores/core/process.h"
#include "stores/core/result.h"

namespace arkive::rehearse {

/// How long a server lives.
enum class Lifetime : std::uint8_t {
  kOurs,  ///< killed when its object is destroyed, when this process ends, and (the kernel's rule) when the
          ///< thread that started it ends
  kDetached,  ///< until somebody stops it, also after this process has ended
};

/// How a server came to its end.
enum class Ending : std::uint8_t { kGraceful, kKilled };

inline constexpr std::chrono::milliseconds kStopGrace{20'000};

/// Not thread-safe.
class Server {
 public:
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  virtual ~Server() = default;

  const std::string& name() const { return name_; }  ///< "zookeeper-1", "kafka-2"
  const std::string& directory() const { return directory_; }
  std::string log_path() const { return directory_ + "/server.log"; }
  std::uint16_t port() const { return port_; }  ///< for clients
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  /// Nothing when it does not run. A paused server runs.
  std::optional<pid_t> process_id();
  bool running() { return process_id().has_value(); }

  /// Starts it (again) with the present settings, ports and data; waits for what must be gone before, not
  /// until it serves. kConflict when it runs already.
  Status launch(Deadline deadline);
  /// Starts it (again) and waits until it serves. As wait_until_ready.
  Status start(Deadline deadline);
  /// Asks the server whether it serves: false while it is not (yet) there, paused, or without a leader.
  virtual bool ready() = 0;

  /// SIGTERM; when it has not ended within `grace`, SIGKILL. Nothing to do when it does not run (kGraceful).
  Result<Ending> stop(std::chrono::milliseconds grace = kStopGrace);
  /// SIGKILL, and waits for its end. Nothing to do when it does not run.
  Status kill();
  /// SIGSTOP and SIGCONT: it hangs, with all its connections open.
  Status pause();
  Status resume();
  /// SIGTERM alone (a paused server is resumed for it); does not wait.
  Status ask_to_stop();
  /// Removes its data, not its settings, ports and log. kConflict while it runs.
  virtual Status wipe() = 0;

  /// The last lines of its log.
  std::string log_tail(int lines = 15) const;

 protected:
  Server(std::string name, std::string directory, Lifetime lifetime);
  /// Takes `port`, or a free one when it is 0, and keeps it. One that somebody listens on (ourselves, when we
  /// were started by another process) is kept without a reservation.
  Result<std::uint16_t> reserve(std::uint16_t port);
  void set_port(std::uint16_t port) { port_ = port; }
  /// Takes over the process that the file `process` tells of, if it runs still.
  void adopt();
  /// Writes the configuration and gives the command that runs the server.
  virtual Result<Command> prepare() = 0;
  /// Asked before each start until true: nothing of an earlier life stands in its way.
  virtual bool may_start() { return true; }

 private:
  friend Status wait_until_ready(const std::vector<Server*>& servers, Deadline deadline);
  std::string process_path() const { return directory_ + "/process"; }
  Status signal(int number);
  Status start_process(const Command& command);
  void forget_process();
  std::string last_status() const;  ///< " with status 137", or nothing when that is not known

  std::string name_;
  std::string directory_;
  Lifetime lifetime_;
  std::uint16_t port_ = 0;
  std::vector<PortReservation> reservations_;
  std::optional<ChildProcess> child_;  ///< when this process started it
  std::optional<ProcessRecord> record_;
  int ended_with_ = -1;       ///< its last status, -1 as long as it is not known
  std::size_t log_from_ = 0;  ///< where in the log its present life began
};

/// Waits until all serve. kRetry when `deadline` passes, kFail at once when one of them ends: the error then
/// holds the tail of its log. kConflict when it ended because its port was taken.
Status wait_until_ready(const std::vector<Server*>& servers, Deadline deadline);

/// Stops all at once, as Server::stop does.
Status stop_all(const std::vector<Server*>& servers, std::chrono::milliseconds grace = kStopGrace);

}  // namespace arkive::rehearse
