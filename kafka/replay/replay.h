/// Replaying an archive into a running cluster: the use case (docs/restore-topics.md).
///
/// The order: what is in the archive and in the target is looked at; topics are made; the plan is written
/// into the journal; batches are sent. Killed at any moment, the same call goes on where it was.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kafka/log_source.h"
#include "kafka/log_target.h"
#include "kafka/replay/draft.h"
#include "kafka/replay/journal.h"
#include "kafka/replay/replay_plan.h"
#include "kafka/replay/replay_work.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::kafka {

struct ReplayRequest {
  ReplayArchive archive;
  ReplaySelection selection;
  std::string journal;  ///< directory
  bool append = false;  ///< also into topics that hold records
  ReplayOptions work;
  Deadline deadline = Deadline::never();  ///< for looking at the cluster, before the first batch

  /// Makes the cluster ready (kafka/prepare/prepare.h): topics of `draft` that do not exist are made; what it
  /// refuses ends the replay. Called before the plan is written, and again when the process was killed before
  /// that. None: all topics must exist.
  std::function<Status(const ReplayDraft& draft)> prepare;
  /// Before the first batch: how many offsets of the archive there are to go.
  std::function<void(std::int64_t offsets)> on_plan;
};

struct ReplayedTopic {
  std::string source;
  std::string target;
  bool by_key = false;
  std::size_t partitions = 0;  ///< of the target
  std::int64_t records = 0;    ///< replayed, by earlier calls too
  LeftOut left;
  std::vector<std::string> foreign;  ///< "orders-0: 3 offsets from 512 on"
  std::vector<std::string> errors;   ///< why partitions are not complete
};

struct ReplayReport {
  ReplayPlan plan;
  std::vector<ReplayedTopic> topics;  ///< in the plan's order
  std::vector<std::string> notes;
  std::uint64_t bytes = 0;                 ///< acknowledged in this call
  std::chrono::milliseconds throttled{0};  ///< of this call, by a quota of the target
  bool resumed = false;                    ///< an earlier call began it
  bool was_finished = false;               ///< nothing was to be done
  bool complete = false;                   ///< all of it is replayed
  bool damaged = false;                    ///< the archive: it is named in `errors`
  bool interrupted = false;                ///< by a signal; it can be gone on with
  std::int64_t records() const;
  LeftOut left() const;
};

/// Errors: kConflict (a topic holds records and `append` is not given, the journal is of another cluster or
/// in use), those of draft_replay(), of `prepare` and of the journal. What concerns some partitions only
/// stands in the report.
Result<ReplayReport> replay(const ReplayRequest& request, LogSource& source, LogTarget& target);

}  // namespace arkive::kafka
