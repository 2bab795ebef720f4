/// Journal: the directory in which a replay keeps its plan and how far it has come (docs/format-replay.md).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kafka/replay/offset_map.h"
#include "kafka/replay/replay_plan.h"
#include "stores/core/files.h"
#include "stores/core/handle.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// Records that were read and not replayed, by cause.
struct LeftOut {
  std::int64_t control = 0;
  std::int64_t aborted = 0;
  std::int64_t open = 0;       ///< of transactions that are open in the archive
  std::int64_t late = 0;       ///< at or after ReplayPlan::until
  std::int64_t too_large = 0;  ///< in batches above PlannedTopic::most_batch_bytes
  bool operator==(const LeftOut&) const = default;
  LeftOut& operator+=(const LeftOut& other);
};

/// Somebody else's offsets in the target.
struct ForeignOffsets {
  std::int64_t first = 0;
  std::int64_t count = 0;
  bool operator==(const ForeignOffsets&) const = default;
};

/// What the journal says of one partition of the target. A topic that is spread by key has one for each,
/// without runs, and `done` and `left` in that of partition -1.
struct PartitionProgress {
  PartitionOffsetMap map;
  std::int64_t records = 0;       ///< that stand in it
  std::int64_t next_offset = -1;  ///< behind the last of them; -1: none
  LeftOut left;
  ProducerIdentity producer;       ///< id -1: the plan's
  std::int64_t producer_from = 0;  ///< the record number at which it begins
  std::vector<ForeignOffsets> foreign;
  bool done = false;
};

/// By target topic and partition.
using Progress = std::map<std::pair<std::string, std::int32_t>, PartitionProgress>;

struct JournalState {
  Progress progress;
  bool finished = false;
};

/// Reads without the lock. kNotFound: no journal there; kCorrupt.
Result<ReplayPlan> read_plan(const std::string& directory);
/// An empty one when nothing was written yet.
Result<JournalState> read_journal(const std::string& directory);

/// Any thread. What is added stands in the file, synced, after flush().
class Journal {
 public:
  /// Takes the lock; makes the directory. kConflict: another restore is at work in it.
  static Result<Journal> open(const std::string& directory);
  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;
  ~Journal();

  const std::string& directory() const { return directory_; }
  bool has_plan() const;
  /// Before the first batch is sent; kConflict when there is one.
  Status write_plan(const ReplayPlan& plan);
  /// Where the last one ended, a torn last line cut off; then lines can be added.
  Result<JournalState> begin();

  /// `run` goes on behind those before. Runs that join are written as one.
  void add_run(const std::string& topic, std::int32_t partition, const OffsetRun& run);
  void set_left(const std::string& topic, std::int32_t partition, const LeftOut& left);
  void set_sent(const std::string& topic, std::int32_t partition, std::int64_t records, std::int64_t next);
  void add_producer(const std::string& topic, std::int32_t partition, const ProducerIdentity& producer,
                    std::int64_t from_record);
  void add_foreign(const std::string& topic, std::int32_t partition, const ForeignOffsets& foreign);
  void add_done(const std::string& topic, std::int32_t partition);
  void add_finished();
  /// Writes and syncs what was added; after an error nothing more may be added.
  Status flush();
  /// As flush(), when the last one is a second ago.
  Status flush_now_and_then();

 private:
  struct State;
  Journal(std::string directory, FileLock lock);
  std::string directory_;
  std::unique_ptr<State> state_;
};

/// The first line of the file of offsets.
inline constexpr std::string_view kOffsetsHeading = "arkive-replay-offsets 1";
/// `line` with its checksum and a newline.
std::string with_checksum(std::string_view line);

}  // namespace arkive::kafka
