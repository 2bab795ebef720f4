/// A store whose trees are not kept as files of a directory: it has clusters, and no run with a tree.
#pragma once

#include <memory>
#include <string>

#include "stores/repository.h"
#include "stores/store.h"

namespace arkive::tools {

/// `path` is where the store lies. Writing and pruning are kUsage.
std::unique_ptr<Repository> topics_repository(std::unique_ptr<Store> store, std::string path);

}  // namespace arkive::tools
