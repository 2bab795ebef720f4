/// Replaying many partitions at once: workers, each with connections of its own to the brokers it needs, each
/// with some partitions under way.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kafka/log_source.h"
#include "kafka/log_target.h"
#include "kafka/replay/batch_source.h"
#include "kafka/replay/journal.h"
#include "kafka/replay/replay_plan.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// One partition that keeps its number, or a whole topic that is spread by key.
struct ReplayTask {
  const PlannedTopic* topic = nullptr;
  const PlannedPartition* partition = nullptr;  ///< null: spread by key
  const ArchivedTopic* archived = nullptr;

  // What became of it.
  bool done = false;
  std::string error;  ///< why it is not done
  Outcome outcome = Outcome::kFail;
};

struct ReplayOptions {
  int workers = 0;                             ///< 0: as many as suit
  std::uint64_t most_bytes_per_second = 0;     ///< over all workers; 0: no limit
  std::chrono::milliseconds patience{60'000};  ///< for a partition that takes nothing
  /// Bytes that brokers acknowledged since the last call, and offsets of the archive. Any thread.
  std::function<void(std::uint64_t bytes, std::uint64_t offsets)> on_progress;
};

/// What the workers share; all is borrowed.
struct ReplayGround {
  LogSource* source = nullptr;  ///< of the target cluster
  LogTarget* target = nullptr;
  Journal* journal = nullptr;
  const ReplayPlan* plan = nullptr;
  Progress progress;
  bool resumed = false;  ///< batches may stand in the target that the journal does not know
  const Store* store = nullptr;

  // What became of it.
  std::chrono::milliseconds throttled{0};  ///< the time a quota held any of the connections back
};

/// Brings every task to its end, or says in its `error` why not. Errors, upon which it can be gone on with:
/// those of the journal, kInterrupted. What was acknowledged stands in the journal, synced.
Status replay_all(ReplayGround& ground, std::vector<ReplayTask>& tasks, const ReplayOptions& options);

}  // namespace arkive::kafka
