/// Merging the small segments of an archive into larger ones (docs/retention.md), as a run of its own: it
/// names what the newest run names, with merged segments in the place of small ones. The use case behind
/// `arkive merge`; tools/ only parses and prints.
///
/// The order: the archive's lock, the plan, merged segments, lists, one settle(), the manifest by a
/// create-only put. Killed at any moment it leaves what no manifest names, which the next merge writes again
/// and the next prune removes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kafka/merge/merge_plan.h"
#include "stores/core/deadline.h"
#include "stores/core/glob.h"
#include "stores/core/result.h"
#include "stores/core/time.h"
#include "stores/manifest/manifest.h"
#include "stores/proof/keys.h"
#include "stores/repository.h"
#include "stores/store.h"

namespace arkive::kafka {

struct MergeRequest {
  std::string cluster;
  MergeBounds bounds;
  /// Records that were older at the cut of the run that is merged are left out, where whole segments are
  /// (record_retention.h); 0: all stay.
  std::chrono::milliseconds keep_records{0};
  std::function<bool(std::string_view topic)> is_wanted;  ///< none: all
  bool dry_run = false;
  int workers = 4;  ///< partitions at the same time
  std::string arkive_version;
  std::shared_ptr<const proof::SigningKey> signing_key;          ///< null: the run is not signed
  std::chrono::milliseconds patience = std::chrono::seconds(5);  ///< for a lock that somebody else holds
  Deadline deadline = Deadline::never();
  /// Whether the run that is to be merged may be: its error ends the merge. None: it may.
  std::function<Status(const Manifest& run)> accept;
  std::function<void(std::uint64_t bytes)> on_plan;      ///< what will be read
  std::function<void(std::uint64_t bytes)> on_progress;  ///< any thread
};

/// What was merged, or would be.
struct MergeReport {
  std::string from;                       ///< id of the run that was merged
  std::optional<Manifest> manifest;       ///< of the new run; none: there was nothing to do
  std::uint64_t partitions = 0;           ///< in which something is merged
  std::uint64_t sources = 0;              ///< segments that became part of another one
  std::uint64_t source_bytes = 0;         ///< of their files
  std::uint64_t merged = 0;               ///< segments that these became
  std::uint64_t left_out = 0;             ///< segments whose records were too old
  std::uint64_t left_out_bytes = 0;       ///< of their files
  std::optional<UnixMilliseconds> limit;  ///< older records were left out
  std::uint64_t segments_before = 0;      ///< all that the run names
  std::uint64_t segments_after = 0;
  std::vector<Finding> damaged;  ///< what stays as it is for that
};

/// Errors: kNotFound (the cluster has no run with topics), kUsage (a newer format; the run is signed and
/// there is no key), kConflict (an archiver of the cluster is at work; the newest run lies in the future),
/// that of `accept`, kCorrupt (a manifest of the cluster or the newest run's list of topics cannot be read),
/// kInterrupted, and those of the store. Nothing is committed then. A list of segments or a segment that is
/// damaged stays as it is and is in the report.
Result<MergeReport> merge(Store& store, const MergeRequest& request);

}  // namespace arkive::kafka
