/// PendingRun: what a run is about to do to the repository, written down before its pack gets its name, so
/// that the next run can finish or undo it after a crash.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/git/references.h"

namespace arkive::git {

/// Kept as the file "arkive.pending" of the repository while a run commits; without a run, while anything
/// else is done to references.
struct PendingRun {
  std::string run;                 ///< reference that the run makes: its presence is the commit
  std::string branch;              ///< reference
  std::optional<ObjectId> before;  ///< of the branch
  ObjectId after{};                ///< of the branch; may be `before`
  std::vector<std::string> packs;  ///< "pack-...", those of the run
  std::string replaced;            ///< "pack-..." that they replace; may be empty

  /// Durable on return.
  Status write(const std::string& repository) const;
  static void forget(const std::string& repository);
  /// Nothing when there is none, or when it was not finished: neither was the pack it names then.
  static Result<std::optional<PendingRun>> read(const std::string& repository);
};

/// Puts the repository in order after runs that were killed: the caller holds the lock of arkive. Finishes a
/// run whose reference exists, undoes one whose does not; removes temporary files, and lock files
/// that were left with "arkive.pending". kConflict for a branch that moved meanwhile.
Status recover(const std::string& repository, References& references);

/// kConflict, naming it, when a lock file of git stands in the way of a run of `cluster` until `deadline`;
/// with `break_locks` it is removed.
Status check_foreign_locks(const std::string& repository, const std::string& cluster, bool break_locks,
                           Deadline deadline);

}  // namespace arkive::git
