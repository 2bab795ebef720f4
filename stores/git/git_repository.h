/// A repository of git that keeps runs: open_git_repository makes the class behind Repository. What lies
/// where: docs/format-git.md.
#pragma once

#include <memory>
#include <string>

#include "stores/repository.h"

namespace arkive::git {

/// Opens the bare repository at `path` (without "git:"). With `create`, makes what is not there. A clone made
/// by git (`git clone --mirror`, or --bare) can be opened too; the first run makes it arkive's.
/// With `break_locks`, begin() removes lock files of git that are in its way instead of reporting them.
///
/// Errors: kNotFound (absent and not `create`), kUsage (no bare repository, or written by a newer arkive),
/// kDenied, kFull. Readers of a run may be used on other threads than the repository.
Result<std::unique_ptr<Repository>> open_git_repository(const std::string& path, bool create,
                                                        bool break_locks = false);

}  // namespace arkive::git
