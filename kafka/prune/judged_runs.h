/// Which runs of a cluster stay, and why.
#pragma once

#include <string>
#include <vector>

#include "stores/manifest/manifest.h"
#include "stores/proof/keys.h"
#include "stores/retention/retention.h"

namespace arkive::kafka {

struct JudgedRun {
  Manifest run;
  std::vector<std::string> reasons;  ///< as RetentionVerdict::reasons, or "not proven"
  std::string doubt = {};            ///< of one that is not proven: why, naming it

  bool stays() const { return !reasons.empty(); }
};

/// Nothing of the run's topics is missing, whatever else it holds or lacks; false for a run without any.
bool topics_are_whole(const Manifest& run);

/// The rules are applied to the runs that hold a tree, and by themselves to those that hold topics: a dump an
/// hour must not push out the archive of last night. A run stays when it stays as one or the other. Oldest
/// first.
///
/// With `keys`, the rules are applied to what these prove, as though nothing else were there: what somebody
/// puts into a store pushes no proven run out. Runs that are not signed and older than all of them follow the
/// rules behind them; every other one stays, with its doubt (stores/proof/standing.h).
std::vector<JudgedRun> judge_runs(std::vector<Manifest> runs, const RetentionRules& rules,
                                  UnixMilliseconds now, const proof::PublicKeys* keys = nullptr);

}  // namespace arkive::kafka
