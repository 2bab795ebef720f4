/// plan_restore and run_restore of restore.h, on any Target.
#pragma once

#include "zk/restore/restore.h"
#include "zk/restore/target.h"

namespace arkive::zk {

/// Where a restore goes: ConnectOptions, taken apart.
struct RestoreTarget {
  OpenTarget open;
  std::vector<Identity> identities;  ///< those that `open` gives every session
  std::string chroot;
  Deadline deadline = Deadline::never();             ///< for looking at the target
  std::chrono::milliseconds without_server{60'000};  ///< the longest stretch a run goes on trying
};
RestoreTarget restore_target(const ConnectOptions& options);

Result<RestorePlan> plan_restore_on(const RestoreSource& source, const RestoreTarget& target,
                                    const RestoreOptions& options);
Result<RestoreReport> run_restore_on(const RestoreSource& source, const RestorePlan& plan,
                                     const RestoreTarget& target, const RestoreOptions& options);

/// The deciding half of planning: no look at the target, which `reading` holds (null: nothing is there at
/// RestorePlan::onto). `missing_parents`: paths above it that are not there, whole.
Result<RestorePlan> decide(const RestoreSource& source, const Reading* reading,
                           const std::vector<std::string>& missing_parents, const RestoreTarget& target,
                           const RestoreOptions& options);

}  // namespace arkive::zk
