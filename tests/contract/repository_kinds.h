/// Every kind of repository there is, for the contract and whoever else tests all of them.
#pragma once

#include <fstream>
#include <vector>

#include "stores/directory/directory_repository.h"
#include "stores/directory/directory_store.h"
#include "stores/encrypted/encrypted_store.h"
#include "stores/git/git_repository.h"
#include "stores/objects/object_repository.h"
#include "stores/objects/root.h"
#include "tests/contract/repository_contract.h"

namespace arkive::test {

/// A directory that is used as any other Store.
inline Result<std::unique_ptr<Store>> open_plain_store(const std::string& path, bool create) {
  auto store = DirectoryStore::open(path);
  if (!store && store.error().outcome == Outcome::kNotFound && create) {
    ARKIVE_TRY(make_directories(path));
    store = DirectoryStore::open(path);
  }
  if (!store) return fail(store.error());
  return std::move(*store);
}

/// Runs as objects.
inline Result<std::unique_ptr<Repository>> open_objects(const std::string& path, bool create) {
  ARKIVE_ASSIGN(auto store, open_plain_store(path, create));
  return open_object_repository(std::move(store), create, path + ".redaction-key");
}

/// Runs as objects that are sealed.
inline Result<std::unique_ptr<Repository>> open_sealed(const std::string& path, bool create,
                                                       bool hide_names) {
  ARKIVE_ASSIGN(auto below, open_plain_store(path, create));
  ARKIVE_ASSIGN(const objects::StoreRoot root, objects::open_root(*below, create, Deadline::never()));
  encrypted::StoreKey key(root.id, encrypted::Secret(std::string(32, 'k')), encrypted::kDefaultChunk,
                          hide_names);
  return open_object_repository(std::make_unique<EncryptedStore>(std::move(below), std::move(key)), false,
                                path + ".redaction-key");
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
  kinds.push_back({"encrypted",
                   [](const std::string& path, bool create) { return open_sealed(path, create, false); },
                   kinds.front().make_newer});
  kinds.push_back({"encrypted_with_hidden_names",
                   [](const std::string& path, bool create) { return open_sealed(path, create, true); },
                   kinds.front().make_newer});
  kinds.push_back(
      {"git", [](const std::string& path, bool create) { return git::open_git_repository(path, create); },
       [](const std::string& path) {
         std::ofstream(path + "/config", std::ios::app) << "[arkive]\n\tformat = 2\n";
       },
       true});
  return kinds;
}

}  // namespace arkive::test
