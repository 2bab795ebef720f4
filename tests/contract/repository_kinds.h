/// Every kind of repository there is, for the contract and whoever else tests all of them.
#pragma once

#include <fstream>
#include <vector>

#include "stores/directory/directory_repository.h"
#include "stores/git/git_repository.h"
#include "tests/contract/repository_contract.h"

namespace arkive::test {

inline std::vector<RepositoryKind> all_repository_kinds() {
  std::vector<RepositoryKind> kinds;
  kinds.push_back(
      {"directory",
       [](const std::string& path, bool create) { return open_directory_repository(path, create); },
       [](const std::string& path) {
         std::ofstream(path + "/arkive.json") << R"({"arkive":"store","format":2,"id":"x"})";
       }});
  kinds.push_back(
      {"git", [](const std::string& path, bool create) { return git::open_git_repository(path, create); },
       [](const std::string& path) {
         std::ofstream(path + "/config", std::ios::app) << "[arkive]\n\tformat = 2\n";
       },
       true});
  return kinds;
}

}  // namespace arkive::test
