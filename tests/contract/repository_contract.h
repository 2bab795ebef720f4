/// RepositoryContract: what every kind of repository does, one suite for all. A kind takes part by
/// INSTANTIATE_TEST_SUITE_P with a RepositoryKind (repository_contract_test.cc).
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/contract/repository_runs.h"

namespace arkive::test {

struct RepositoryKind {
  std::string name;  ///< for the names of tests
  std::function<Result<std::unique_ptr<Repository>>(const std::string& path, bool create)> open;
  /// Makes the repository at `path` one of the format after the newest known.
  std::function<void(const std::string& path)> make_newer;
  /// A pruned run that changed something is still listed and its tree read; only its record is gone.
  bool prune_keeps_trees = false;
  int races = 100;  ///< of two writers; full: 10,000
};

inline std::string kind_name(const testing::TestParamInfo<RepositoryKind>& info) {
  return info.param.name;
}

class RepositoryContract : public testing::TestWithParam<RepositoryKind> {
 protected:
  std::string path() const { return scratch_.path() + "/repository"; }
  std::string scratch(const std::string& name) const { return scratch_.path() + "/" + name; }
  std::unique_ptr<Repository> open() const { return value_of(GetParam().open(path(), true)); }

  /// A run of the k-th second.
  static TestRun run(int k, Files tree, Files record = {{"stats", "1"}}) {
    TestRun made;
    char id[32];
    std::snprintf(id, sizeof id, "20261120T2330%02dZ-%06x", k, k);
    made.id = id;
    made.tree = std::move(tree);
    made.record = std::move(record);
    made.started = 1'795'000'000'000 + 1000 * k;
    return made;
  }

 private:
  TemporaryDirectory scratch_ = value_of(TemporaryDirectory::create("contract"));
};

inline const Files kSmallTree = {{"acls/app/%list", "lock\tworld:anyone:r\n"},
                                 {"arkive.json", "{}\n"},
                                 {"znodes/app/child", "data"},
                                 {"znodes/app/empty", ""},
                                 {"znodes/app-1", std::string("\0\xff\n", 3)}};

}  // namespace arkive::test
