/// Pruning the runs of a cluster and what only they needed: trees, lists, segments (docs/retention.md). The
/// use case behind `arkive prune`; tools/ only parses and prints.
///
/// The order: the archive's lock, the plan, longer retention, what the next prune must know, manifests,
/// trees, lists, segments. Killed at any moment it leaves runs that are whole, and remains that the next one
/// removes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kafka/prune/extension.h"
#include "kafka/prune/judged_runs.h"
#include "stores/core/deadline.h"
#include "stores/repository.h"
#include "stores/store.h"

namespace arkive::kafka {

struct PruneRequest {
  Repository* repository = nullptr;
  Store* store = nullptr;  ///< the same place by key; null: a git history, which holds no topics
  std::string cluster;
  RetentionRules rules;
  UnixMilliseconds now = 0;
  bool dry_run = false;
  std::chrono::milliseconds patience = std::chrono::seconds(5);  ///< for a lock that somebody else holds
  Deadline deadline = Deadline::never();
  /// Told which runs go, with the lock held, before the first is removed; its error ends the prune.
  std::function<Status(const std::vector<const Manifest*>& going)> before_removal = {};
  /// Those that prove runs, of a store (judged_runs.h); nothing: every run counts, whoever wrote it.
  std::optional<proof::PublicKeys> keys = {};
  /// Ids of runs that `keys` do not prove and that go all the same.
  std::vector<std::string> unproven_going = {};
  /// What the runs that stay need is kept from `now` on for as long as the store's settings say; before
  /// anything is removed, and also without any rule, when nothing is. Not what only unproven runs need.
  bool extend_retention = false;
};

/// What was removed, or would be: with `dry_run`, refused is what the store says that it keeps.
struct PruneOutcome {
  std::vector<JudgedRun> runs;       ///< all of the cluster, oldest first
  std::vector<std::string> removed;  ///< ids, oldest first
  std::uint64_t tree_bytes = 0;
  std::uint64_t lists = 0;
  std::uint64_t list_bytes = 0;
  std::uint64_t segments = 0;
  std::uint64_t segment_bytes = 0;  ///< with their index files
  std::vector<Refusal> refused;
  std::uint64_t kept_bytes = 0;  ///< of what is refused, and of what runs need that stay for it
  std::optional<Extension> extension;
  std::vector<Finding> unproven;   ///< runs that stay since nothing proves them
  std::vector<std::string> notes;  ///< what waits for a later prune, and why

  std::uint64_t bytes() const { return tree_bytes + list_bytes + segment_bytes; }
};

/// Errors: kUsage (no rule, a newer format, a store that cannot keep objects for longer, a proven run among
/// `unproven_going`), kNotFound (one of these is not there), kConflict (a dump or an archiver of the cluster
/// is at work; nothing was removed), kCorrupt (what a run that stays needs is not known; nothing was
/// removed, and what is known is kept for longer where that is asked for), kInterrupted, and those of the
/// stores. What a store refuses to remove is no error.
Result<PruneOutcome> prune(const PruneRequest& request);

}  // namespace arkive::kafka
