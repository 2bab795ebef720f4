/// Keeping a repository small: repacking by the installed git, and leftovers of git itself.
#pragma once

#include <cstdint>
#include <string>

#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::git {

/// Puts all that is referred to into one pack and drops the rest. The caller holds the lock of arkive: what a
/// run has written but not yet named would be dropped. Returns how many bytes that freed. kNotFound without
/// git.
Result<std::uint64_t> repack(const std::string& repository, Deadline deadline);

/// True when the packs are too many for fast reading.
bool wants_repack(const std::string& repository);

/// Removes temporary packs of a git that was killed more than a day ago.
void remove_old_leftovers(const std::string& repository);

}  // namespace arkive::git
