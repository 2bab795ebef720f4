/// An archive beside the live cluster it was made of: what each holds, and whether both hold the same.
///
/// A difference is what no lapse of time explains: another cluster id, a partition less, a log that ends
/// below what is archived, a batch with other bytes, records the archive passed over. What the cluster got
/// since the run, and what was deleted there since, is told and no difference.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kafka/archive/contents.h"
#include "kafka/log_source.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/repository.h"
#include "stores/store.h"

namespace arkive::kafka {

struct CompareOptions {
  std::uint32_t sample =
      3;                   ///< batches of each partition: the last archived one and others by chance; 0: none
  std::uint64_t seed = 0;  ///< the same seed, archive and cluster give the same sample
  std::chrono::milliseconds patience{60'000};  ///< for a broker or partition that gives nothing
  Deadline deadline = Deadline::never();
};

struct CompareReport {
  std::string archived_cluster_id;
  std::string live_cluster_id;
  std::vector<Finding> differences;  ///< objects: "orders-0@4711", "topic orders", "cluster main"
  /// Offsets of topics and partitions that retention took before they were archived: a loss, no difference.
  std::vector<Finding> lost;
  std::vector<Finding> not_compared;  ///< and why: no leader, no rights

  std::size_t topics = 0;  ///< on both sides
  std::size_t partitions = 0;
  std::int64_t offsets_behind = 0;  ///< of partitions in the archive: what the cluster has beyond it
  std::size_t partitions_behind = 0;
  std::size_t partitions_newer = 0;       ///< of topics in the archive: none of it is archived
  std::vector<std::string> topics_newer;  ///< on the cluster, not in the archive
  std::vector<std::string> topics_gone;   ///< in the archive, not on the cluster
  std::vector<std::string> topics_anew;   ///< in the archive as "orders@<id>"; the cluster has another one
  std::int64_t offsets_compared = 0;      ///< what both sides say they hold
  /// Of the archived segments that lie wholly within those: their offsets, and the records in them. Fewer
  /// records than offsets is as compaction leaves it.
  std::int64_t segment_offsets = 0;
  std::int64_t segment_records = 0;
  std::size_t batches_compared = 0;  ///< of the sample: equal, byte for byte
  std::uint64_t bytes_compared = 0;
  std::size_t batches_reencoded = 0;  ///< equal record by record: one side was written anew from records
  std::size_t batches_rewritten = 0;  ///< compaction took records of them; those left are equal
  std::size_t batches_removed = 0;    ///< compaction or retention took them
  std::size_t gaps_compared = 0;      ///< the cluster has nothing there either
};

/// Compares the newest generations in `index`, of `cluster`'s runs, with `source`. Errors: the archive's
/// lists cannot be read; those of LogSource that concern the whole cluster; kInterrupted; kRetry (deadline).
/// A damaged archived batch is a difference.
Result<CompareReport> compare_with_cluster(const Store& store, std::string_view cluster,
                                           const ArchiveIndex& index, LogSource& source,
                                           const CompareOptions& options);

}  // namespace arkive::kafka
