/// Every kind of repository there is, for the contract and whoever else tests all of them.
#pragma once

#include <fstream>
#include <vector>

#include "stores/directory/directory_repository.h"
#include "stores/directory/directory_store.h"
#include "stores/git/git_repository.h"
#include "stores/objects/object_repository.h"
#include "tests/contract/repository_contract.h"

namespace arkive::test {

/// Runs as objects, in a directory that is used as any other Store.
inline Result<std::unique_ptr<Repository>> open_objects(const std::string& path, bool create) {
  auto store = DirectoryStore::open(path);
  if (!store && store.error().outcome == Outcome::kNotFound && create) {
    ARKIVE_TRY(make_directories(path));
    store = DirectoryStore::open(path);
  }
  if (!store) return fail(store.error());
  return open_object_repository(std::move(*store), create, path + ".redaction-key");
}

inline std::vector<RepositoryKind> all_repository_kinds() {
  std::vector<RepositoryKind> kinds;
  kinds.push_back(
      {"directory",
       [](const std::string& path, bool create) { return open_directory_repository(path, create); },
       [](const std::string& path) {
         std::ofstream(path + "/arkive.json") << R"({"arkive":"store","format":2,"id":"x"})";
       }});
  kinds.push_back({"objects", open_objects, kinds.front().make_newer});
  kinds.push_back(
      {"git", [](const std::string& path, bool create) { return git::open_git_repository(path, create); },
       [](const std::string& path) {
         std::ofstream(path + "/config", std::ios::app) << "[arkive]\n\tformat = 2\n";
       },
       true});
  return kinds;
}

}  // namespace arkive::test
