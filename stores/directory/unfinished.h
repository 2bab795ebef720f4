/// What killed writers left in a directory that is no object: temporary files.
#pragma once

#include <chrono>

#include "stores/directory/layout.h"

namespace arkive::directory {

/// Removes temporary files (kTemporaryFilePrefix) that nobody has written for longer than `age`, everywhere
/// but in the trees of runs, whose files have the names of znodes. One that is gone meanwhile is no error;
/// kDenied and kFail else.
Status remove_temporary_files(const Root& root, std::chrono::milliseconds age);

}  // namespace arkive::directory
