/// arkive.json at the top of a store: what makes a directory one.
#pragma once

#include <string>

#include "stores/directory/layout.h"

namespace arkive::directory {

/// Opens the store at `path`, or makes it when it is missing or empty and `create` is given (durable on
/// return; several processes may create one store at once). Errors as open_directory_repository().
Result<SharedRoot> open_store(const std::string& path, bool create);

}  // namespace arkive::directory
