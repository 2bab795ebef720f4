/// Copying the runs of a cluster from one store to another (docs/copy.md).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/proof/keys.h"
#include "stores/repository.h"
#include "stores/store.h"

namespace arkive::kafka {

/// A store from both sides: what lies there by key, and its runs. Borrowed.
struct CopyPlace {
  Store* store = nullptr;
  Repository* repository = nullptr;
};

struct CopyRequest {
  CopyPlace from;
  CopyPlace to;
  std::string cluster;
  std::string run_id;  ///< only this one; empty: every run
  /// Those that prove runs: what they do not, and what is not from before all proven runs, is not copied
  /// (stores/proof/standing.h). Nothing: every run is copied, and nothing is said about proof.
  std::optional<proof::PublicKeys> keys = {};
  Deadline deadline = Deadline::never();
  std::function<void(const std::string& run_id)> on_run;  ///< before a run is copied
};

struct CopyReport {
  std::vector<std::string> copied;   ///< ids of runs, oldest first
  std::vector<std::string> present;  ///< that the target had
  std::vector<Finding> unproven;     ///< that were passed over, with `keys`
  std::uint64_t files = 0;           ///< of the trees that were read
  std::uint64_t segments = 0;        ///< that were sent
  std::uint64_t bytes = 0;           ///< of segments and lists that were sent
};

/// Copies what the target has not, oldest run first; each run is whole in the target or not there. Errors:
/// kNotFound (no such run, or what it names was pruned), kConflict (the target has another run of that id, or
/// the same signed otherwise; or somebody writes there), kDenied (`keys` do not prove the one run asked for),
/// kCorrupt (a file or a segment is not what its hash says; its run is not copied, nor any after it), kUsage
/// (a run whose record was pruned), and those of the stores.
Result<CopyReport> copy_runs(const CopyRequest& request);

}  // namespace arkive::kafka
