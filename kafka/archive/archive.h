/// Archiving the logs of a cluster into a store: one incremental run (docs/format-archive.md).
///
/// The order: groups; end offsets of __transaction_state; then those of all other partitions, asked of all
/// brokers at the same time: the cut. Then everything up to the cut is fetched, from where the last run of
/// the cluster ended. A run that cannot bring all to the cut commits what it has and names the rest.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kafka/archive/fetch_work.h"
#include "kafka/log_source.h"
#include "stores/core/deadline.h"
#include "stores/core/glob.h"
#include "stores/core/result.h"
#include "stores/manifest/manifest.h"
#include "stores/proof/keys.h"
#include "stores/store.h"

namespace arkive::kafka {

/// The cluster as an archiver saw it: what it archives, and how that stood before the cut.
struct SeenCluster {
  const ClusterFacts& cluster;
  std::span<const TopicFacts> topics;     ///< ascending by name; those wanted
  std::span<const TopicConfigs> configs;  ///< in the order of `topics`
  std::span<const GroupFacts> groups;
  struct Range {
    std::int64_t begin = 0;
    std::int64_t end = 0;  ///< where the next run goes on
  };
  std::map<TopicPartition, Range> archived;  ///< by then, of the newest generation
};

struct ArchiveReport {
  Manifest manifest;
  std::size_t topics = 0;
  std::size_t partitions = 0;
  std::size_t partitions_changed = 0;
  std::uint64_t bytes_fetched = 0;   ///< written in this run
  std::uint64_t bytes_archived = 0;  ///< of all segments the run names
  std::uint64_t segments = 0;
  std::int64_t records_fetched = 0;
  std::chrono::milliseconds fetch_took{0};
  std::size_t groups = 0;
  UnixMilliseconds cut_began = 0;
  std::chrono::milliseconds cut_took{0};
  std::vector<std::string> notes;  ///< what somebody should know: a topic made anew, a gap, a new generation
};

struct ArchiveRequest {
  std::string cluster = "main";
  std::vector<Glob> topics;  ///< none: all, internal ones too
  std::vector<Glob> excluded;
  std::uint64_t segment_bytes = std::uint64_t{1} << 30;
  bool compress = false;  ///< batches that producers left uncompressed: as .log.zst
  std::string arkive_version;
  std::shared_ptr<const proof::SigningKey> signing_key;  ///< null: the run is not signed
  FetchOptions fetch;
  Deadline deadline = Deadline::never();
  /// Before the first fetch: how many partitions have something new and how many offsets that is.
  std::function<void(std::size_t partitions, std::int64_t offsets)> on_plan;
  /// The lock archive_lock(cluster), where the caller holds it already (of this store); null: it is taken.
  const StoreLock* held = nullptr;
  /// In place of the put of the manifest, for a run that is part of something larger: all that the manifest
  /// names is durable by then. It may add to the manifest; what it returns as an error is that of the run.
  std::function<Status(Manifest& manifest, const ArchiveReport& report, const SeenCluster& seen)> commit;
};

/// Whether `request` asks for that topic.
bool is_wanted(const ArchiveRequest& request, std::string_view topic);

/// Errors: those of LogSource and Store; kConflict when another archiver of this cluster runs (until the
/// deadline); nothing is committed then. Missing parts are in report.manifest.missing.
Result<ArchiveReport> archive(LogSource& source, Store& store, const ArchiveRequest& request);

}  // namespace arkive::kafka
