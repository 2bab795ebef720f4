/// The installed git as a child process, for what arkive leaves to it: repacking, checking, pushing.
#pragma once

#include <string>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/core/process.h"
#include "stores/core/result.h"

namespace arkive::git {

/// Runs `git --git-dir=<repository> <arguments>` to its end. It reads no configuration of the user or the
/// system, runs no hook, asks nothing, speaks English, and gets nothing of our environment but what finds
/// programs, keys and proxies; `settings` are given as -c. kNotFound when there is no git. As run_process, a
/// non-zero exit is not an error here.
Result<Finished> run_git(const std::string& repository, const std::vector<std::string>& settings,
                         const std::vector<std::string>& arguments, Deadline deadline,
                         const std::map<std::string, std::string>& environment = {});

/// The last line of what git wrote to standard error, for an error text.
std::string last_words(const Finished& finished);

}  // namespace arkive::git
