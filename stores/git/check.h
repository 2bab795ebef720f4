/// Looking for damage of a repository.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stores/git/object_store.h"
#include "stores/git/references.h"
#include "stores/repository.h"

namespace arkive::git {

/// All that is wrong with the objects: what `git fsck --strict --full` says; without an installed git, what a
/// walk from all references of `cluster` finds missing or damaged.
Result<std::vector<Finding>> check_objects(const std::string& repository, const References& references,
                                           std::string_view cluster);

/// What the runs of `cluster` say of themselves against what is there. A run whose branch was not moved yet,
/// be it that it is being committed or that it was killed just then, is no damage: recover() finishes it.
Result<std::vector<Finding>> check_runs(const std::string& repository, ObjectStore& objects,
                                        const References& references, std::string_view cluster);

}  // namespace arkive::git
