/// Surroundings: all that the run of a plan asks of the world. The live one stands in live_surroundings.h;
/// tests script another.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "restore-plans/observe/observation.h"
#include "restore-plans/plan/plan.h"
#include "restore-plans/plan/step.h"
#include "stores/core/result.h"

namespace arkive::restore_plans {

enum class HostWork : std::uint8_t {
  kDone,         ///< a hook did it, and said so
  kLeftToPeople  ///< it was printed for somebody; gates tell when it is done
};

/// What verification found other than in the backup.
struct Deviation {
  std::string object;
  std::string what;
  bool operator==(const Deviation&) const = default;
};

/// One thread.
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  /// ZooKeeper and Kafka as they are now; nothing of log directories.
  virtual Result<Observation> observe() = 0;
  /// ok(): the gate holds. kRetry: not now, and why; it may later. Any other error: it will not by itself.
  virtual Status check(Gate gate, const Plan& plan) = 0;
  virtual Result<HostWork> run_on_host(const Step& step, const HostCommand& host) = 0;
  virtual Status dump_before(const Plan& plan) = 0;
  /// Killed in the middle and called again, it finishes.
  virtual Status restore_znodes(const Plan& plan) = 0;
  /// Writes the plan's notices; twice is as good as once.
  virtual Status notify(const Plan& plan) = 0;
  /// A command of arkive's own, which goes on by itself when it is repeated.
  virtual Status run_arkive(const std::vector<std::string>& command) = 0;
  virtual Result<std::vector<Deviation>> verify(const Plan& plan) = 0;
  /// A question to whoever restores; false where nobody is there to answer.
  virtual bool confirms(const std::string& question) = 0;
  virtual void say(const std::string& line) = 0;
  /// Waits before a gate is looked at again. kInterrupted.
  virtual Status wait(std::chrono::milliseconds time) = 0;
};

}  // namespace arkive::restore_plans
