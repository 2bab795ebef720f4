/// Seeding: log directories of a broker written from an archive, so that it boots with every offset, group
/// and transaction as it was.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/archive/contents.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/manifest/manifest.h"
#include "stores/store.h"

namespace arkive::kafka {

struct SeedOptions {
  std::int32_t broker = -1;
  std::vector<std::string> log_directories;  ///< one or more; made if need be
  std::string cluster_id;                    ///< of meta.properties; empty: the archive's
  /// Log directories of a broker without ZooKeeper (KRaft) that were formatted and whose topics were made
  /// already: partitions go where they are, under the topic ids that are there, with leader epoch 0.
  bool into_kraft = false;
  /// Who gets the files: user and group ids; none: whoever runs this.
  std::optional<std::uint32_t> owner{};
  std::optional<std::uint32_t> group{};
  bool dry_run = false;
  int workers = 0;  ///< partitions written at the same time; 0: as many as processors, four at most
  /// Called with bytes of segments as they are written. Any thread.
  std::function<void(std::uint64_t bytes)> on_progress{};
  Deadline deadline = Deadline::never();
};

/// One partition and where it goes.
struct SeededPartition {
  std::string topic;
  std::int32_t partition = 0;
  std::string directory;  ///< "/data/kafka/orders-0"
  std::int64_t log_start = 0;
  std::int64_t log_end = 0;
  std::uint64_t bytes = 0;
  std::size_t segments = 0;
};

/// A transaction that is open at the end of a seeded partition.
struct SeededTransaction {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t producer_id = 0;
  std::int16_t producer_epoch = -1;
  std::int64_t first_offset = 0;
  /// A coordinator knows it, and ends it by itself; otherwise somebody has to.
  bool coordinated = false;
};

struct SeedReport {
  std::vector<SeededPartition> partitions;  ///< ascending by topic and partition
  std::uint64_t bytes = 0;
  /// Partitions that could not be seeded, and why; nothing of them is there.
  std::vector<Missing> missing;
  std::vector<SeededTransaction> open_transactions;
  /// What the znodes beside it must be above: see docs/restore-seed.md. -1: there is none.
  std::int64_t highest_producer_id = -1;
  std::int32_t highest_leader_epoch = -1;
  std::vector<std::string> notes;
};

/// Writes those of `topics` whose archived replicas name the broker (with into_kraft: those whose directories
/// are there). Every hash, batch and offset is checked while it is copied; nothing of a damaged partition
/// becomes visible. A broker cannot start from a half seed: until all is whole, a directory stands there
/// whose name it refuses; killed, the same call goes on. On return all is durable.
///
/// Errors: kConflict (a directory is not empty; with into_kraft: a partition has records, or a broker runs
/// there), kUsage, kDenied, kFull, kFail, kInterrupted. Damage of the archive stands in `missing`.
Result<SeedReport> seed(const Store& store, std::string_view cluster, const ArchiveIndex& index,
                        const std::vector<ArchivedTopic>& topics, const SeedOptions& options);

}  // namespace arkive::kafka
