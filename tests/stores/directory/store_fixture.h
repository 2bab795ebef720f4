/// Fixture of tests that look into a store behind the repository's back.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "stores/core/process.h"
#include "stores/directory/directory_repository.h"
#include "tests/contract/repository_runs.h"
#include "tests/support/names_below.h"

namespace arkive::test {

class StoreTest : public ScratchTest {
 protected:
  std::string store(const std::string& below = {}) const {
    return scratch("store") + (below.empty() ? "" : "/" + below);
  }
  std::unique_ptr<Repository> open() const { return value_of(open_directory_repository(store(), true)); }

  static std::string id(int k) {
    char text[40];
    std::snprintf(text, sizeof text, "20261120T2330%02dZ-%06x", k, k);
    return text;
  }
  static TestRun run(int k, Files tree, Files record = {{"stats", "1"}}) {
    TestRun made;
    made.id = id(k);
    made.tree = std::move(tree);
    made.record = std::move(record);
    made.started = 1'795'000'000'000 + 1000 * k;
    return made;
  }
  std::string tree_of(int k) const { return store("trees/prod/" + id(k) + "/tree"); }

  static struct stat facts_of(const std::string& path) {
    struct stat facts = {};
    EXPECT_EQ(::lstat(path.c_str(), &facts), 0) << path;
    return facts;
  }
  static void overwrite(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }

  /// What check_storage finds, "object: what", sorted.
  std::vector<std::string> findings() const {
    std::vector<std::string> all;
    for (const Finding& finding :
         value_of(value_of(open_directory_repository(store(), false))->check_storage("prod"))) {
      all.push_back(finding.object + ": " + finding.what);
    }
    std::sort(all.begin(), all.end());
    return all;
  }
};

}  // namespace arkive::test
