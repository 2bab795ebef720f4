/// Helpers of the tests of stores/git: the installed git as the judge.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include <map>
#include <string>
#include <vector>

#include "stores/core/process.h"
#include "stores/git/git_repository.h"
#include "tests/contract/repository_runs.h"
#include "tests/support/results.h"

namespace arkive::test {

/// Runs git as anybody would and gives its output without the last newline; fails the test when it fails.
inline std::string git(const std::string& repository, std::vector<std::string> arguments,
                       std::map<std::string, std::string> environment = {}) {
  Command command;
  command.arguments = {"git", "-C", repository, "-c", "safe.directory=*"};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.environment = std::move(environment);
  const Finished finished = value_of(run_process(command, Deadline::never()));
  EXPECT_TRUE(finished.succeeded()) << arguments[0] << ": " << finished.error_output << finished.output;
  std::string output = finished.output;
  while (output.ends_with('\n')) output.pop_back();
  return output;
}

/// Succeeds when `git fsck --strict --full` finds nothing at all.
inline testing::AssertionResult sound(const std::string& repository) {
  Command command;
  command.arguments = {"git",  "-C",       repository, "-c",           "safe.directory=*",
                       "fsck", "--strict", "--full",   "--no-dangling"};
  const Finished finished = value_of(run_process(command, Deadline::never()));
  const std::string said = finished.output + finished.error_output;
  if (finished.succeeded() && said.find("error") == std::string::npos &&
      said.find("warning") == std::string::npos && said.find("missing") == std::string::npos) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << "git fsck: " << said;
}

inline TestRun numbered_run(int k, Files tree, Files record = {{"stats/%list", "1\n"}}) {
  TestRun run;
  char id[32];
  std::snprintf(id, sizeof id, "20261120T23%02d%02dZ-%06x", k / 60, k % 60, k);
  run.id = id;
  run.tree = std::move(tree);
  run.record = std::move(record);
  run.started = 1'795'000'000'000 + 1000LL * k;
  return run;
}

inline std::vector<std::string> packs_in(const std::string& repository) {
  std::vector<std::string> packs;
  for (const std::string& name : value_of(list_directory(repository + "/objects/pack"))) {
    if (name.ends_with(".pack")) packs.push_back(name);
  }
  return packs;
}

/// A bare repository of arkive in a scratch directory.
class GitTest : public ScratchTest {
 protected:
  std::string path() const { return scratch("zoo.git"); }
  std::unique_ptr<Repository> open(bool break_locks = false) const {
    return value_of(git::open_git_repository(path(), true, break_locks));
  }
};

}  // namespace arkive::test
