/// What changed between two runs, and whether a run is sound: what `log`, `diff` and `verify` ask of the kept
/// trees.
#pragma once

#include <span>
#include <vector>

#include "stores/repository.h"
#include "zk/application.h"
#include "zk/dump/facts.h"

namespace arkive::zk {

/// The znodes that differ, at or below `under`, ascending by path; with stats where the records hold them.
/// Costs what changed.
Result<std::vector<ZnodeChange>> changes_between(const RunReader& before, const RunReader& after,
                                                 std::string_view under = "/");

/// Checks one run against its manifest: every file of tree and record read and hashed, the whole tree's hash,
/// the format (check_tree), views recomputed. All findings; an error only when the run cannot be opened at
/// all.
Result<std::vector<Finding>> verify_run(const RunReader& run,
                                        std::span<const Application* const> applications);

}  // namespace arkive::zk
