/// The backup's tree, loaded from where it is kept, and what a plan makes of it.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "restore-plans/plan/plan.h"
#include "stores/core/glob.h"
#include "stores/core/result.h"
#include "zk/restore/restore.h"
#include "zk/tree.h"

namespace arkive::restore_plans {

struct LoadedTree {
  std::unique_ptr<zk::Tree> tree;
  zk::RestoreSource source;  ///< of `tree`
};

/// Loads the run that a plan names, ACLs of Plan::acl given to those znodes that the run knows none of.
using LoadTree = std::function<Result<LoadedTree>()>;

/// As the plan wants it: decisions applied. With `still`, without the znodes that a running cluster changes
/// by itself.
Result<LoadedTree> tree_as_planned(const Plan& plan, const LoadTree& load, bool still);

/// Globs of the znodes of the target that the plan names for replacing; each matches one path only.
std::vector<Glob> replaced_by(const Plan& plan);

}  // namespace arkive::restore_plans
