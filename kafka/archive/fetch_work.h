/// Fetching many partitions at once: workers, each with a connection of its own to each broker it needs.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kafka/archive/partition_writer.h"
#include "kafka/log_source.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// One partition to be brought up to `target`.
struct FetchTask {
  TopicPartition name;
  TopicId topic_id;
  std::int32_t leader = -1;
  std::int64_t target = 0;
  ArchivedPartition* partition = nullptr;
  std::unique_ptr<PartitionWriter> writer;

  /// Why the partition is not whole up to `target`; empty: it is.
  std::string error;
  bool gone = false;        ///< the topic was deleted or is another one by now
  bool open_below = false;  ///< fetched past a transaction that stayed open too long

  // Of the workers.
  SteadyClock::time_point moved{};       // when it last came forward
  SteadyClock::time_point not_before{};  // rests until then
};

struct FetchOptions {
  int workers = 0;                                      ///< 0: as many as suit the brokers ...
  int least_workers = 2;                                ///< ... and no fewer than that, up to 8
  std::chrono::milliseconds open_transactions{30'000};  ///< how long those below the target are waited for
  std::chrono::milliseconds patience{60'000};           ///< for a partition that gives nothing
  std::uint64_t most_bytes_per_second = 0;              ///< over all workers; 0: no limit
  Deadline deadline = Deadline::never();
  /// How much was fetched since the last call, and by how many offsets that came forward. Any thread.
  std::function<void(std::uint64_t bytes, std::uint64_t offsets)> on_progress;
};

/// Brings every task to its target, and on to the markers of transactions that are open there, or says in its
/// `error` why not; each writer is finished. Errors, upon which nothing may be committed: kFull, kDenied and
/// kFail of the store, kInterrupted, kRetry (deadline).
Status fetch_all(LogSource& source, std::vector<FetchTask>& tasks, const FetchOptions& options);

}  // namespace arkive::kafka
