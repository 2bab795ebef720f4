// Tests 1, 2, 4 of docs/reliability.md for dumps into dir: and git:.
#include <random>

#include "tests/faults/scripted_runs.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

struct Place {
  const char* name;
  std::vector<std::string> specs;
  bool redact;
};

class DumpFaults : public testing::TestWithParam<Place> {
 protected:
  void SetUp() override {
    auto made = TemporaryDirectory::create("faults");
    ASSERT_TRUE(made);
    scratch_ = std::make_unique<TemporaryDirectory>(std::move(*made));
    base_ = scratch_->path() + "/base";
    ASSERT_TRUE(make_directories(base_));
    const ScriptedRuns runs(base_, GetParam().specs, GetParam().redact);
    const auto first = runs.run(0, {});
    ASSERT_TRUE(first && first->succeeded()) << (first ? first->error_output : first.error().what);
    const std::string counts = scratch_->path() + "/counts";
    // The second run of a copy says how far a sweep has to go.
    const ScriptedRuns counted = fresh();
    const auto second = counted.run(1, {{"ARKIVE_FAULT_COUNT", counts}});
    ASSERT_TRUE(second && second->succeeded()) << second->error_output;
    std::tie(points_, errno_points_) = fault_counts(counts);
    ASSERT_GT(points_, 10);
    ASSERT_GT(errno_points_, 5);
  }

  // A copy of the repositories with one committed run.
  ScriptedRuns fresh() {
    const std::string copy = scratch_->path() + "/copy";
    EXPECT_TRUE(remove_tree(copy));
    copy_tree(base_, copy);
    return ScriptedRuns(copy, GetParam().specs, GetParam().redact);
  }

  // After a fault: nothing damaged, the first run there; the next run succeeds by itself and all is sound.
  void expect_recovery(const ScriptedRuns& runs, std::uint64_t& failures, const std::string& fault) {
    for (const std::string& problem : runs.problems(1)) {
      ++failures;
      ADD_FAILURE() << fault << ": " << problem;
    }
    const auto next = runs.run(2, {});
    if (!next || !next->succeeded()) {
      ++failures;
      ADD_FAILURE() << fault << ": the next run failed: " << (next ? next->error_output : next.error().what);
    }
    for (const std::string& problem : runs.problems(2)) {
      ++failures;
      ADD_FAILURE() << fault << ", after the next run: " << problem;
    }
  }

  std::unique_ptr<TemporaryDirectory> scratch_;
  std::string base_;
  long points_ = 0;
  long errno_points_ = 0;
};

TEST_P(DumpFaults, KillAtEveryOperationLeavesTheOldOrTheNewRunWhole) {
  const long step = full_form() ? 1 : std::max(1L, points_ / 24);
  std::uint64_t injected = 0;
  std::uint64_t died = 0;
  std::uint64_t failures = 0;
  for (long at = 1; at <= points_; at += step) {
    const ScriptedRuns runs = fresh();
    const std::string fault = "kill@" + std::to_string(at);
    const auto killed = runs.run(1, {{"ARKIVE_FAULT", fault}});
    ASSERT_TRUE(killed);
    ++injected;
    died += killed->status == 128 + 9;
    expect_recovery(runs, failures, fault);
  }
  scoreboard(std::string("dump killed at every operation, ") + GetParam().name, 0, injected, died, failures);
  EXPECT_GE(died * 10, injected * 9) << "kills that did not happen prove nothing";
}

TEST_P(DumpFaults, KillAtRandomTimesLeavesTheOldOrTheNewRunWhole) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const int rounds = full_form() ? 250 : 8;
  std::uint64_t died = 0;
  std::uint64_t failures = 0;
  for (int round = 0; round < rounds; ++round) {
    const ScriptedRuns runs = fresh();
    const long at = 1 + static_cast<long>(random() % static_cast<unsigned long>(points_));
    // Two kills in a row: the run that cleans up after the first is killed as well.
    for (const long point : {at, 1 + at / 2}) {
      const auto killed = runs.run(1, {{"ARKIVE_FAULT", "kill@" + std::to_string(point)}});
      ASSERT_TRUE(killed);
      died += killed->status == 128 + 9;
    }
    expect_recovery(runs, failures, "two kills, first at " + std::to_string(at));
  }
  scoreboard(std::string("dump killed twice at random, ") + GetParam().name, seed,
             static_cast<std::uint64_t>(2 * rounds), died, failures);
}

TEST_P(DumpFaults, AFailingCallIsNamedAndCommitsNothingHalf) {
  const std::vector<std::string> errors =
      full_form() ? std::vector<std::string>{"ENOSPC", "EDQUOT", "EIO", "EACCES", "EMFILE", "ESTALE"}
                  : std::vector<std::string>{"ENOSPC", "EIO", "EACCES"};
  const long step = full_form() ? 1 : std::max(1L, errno_points_ / 8);
  std::uint64_t injected = 0;
  std::uint64_t seen = 0;
  std::uint64_t failures = 0;
  for (const std::string& error : errors) {
    for (long at = 1; at <= errno_points_; at += step) {
      const ScriptedRuns runs = fresh();
      const std::string fault = error + "@" + std::to_string(at);
      const auto finished = runs.run(1, {{"ARKIVE_FAULT", fault}});
      ASSERT_TRUE(finished);
      ++injected;
      if (!finished->succeeded()) {
        ++seen;
        // One line that names operation and object ("sync '/x/y': No space left on device").
        if (finished->error_output.find('\'') == std::string::npos ||
            finished->error_output.find(": ") == std::string::npos) {
          ++failures;
          ADD_FAILURE() << fault << ": the error names no object: " << finished->error_output;
        }
      }
      expect_recovery(runs, failures, fault);
    }
  }
  scoreboard(std::string("dump with a failing call, ") + GetParam().name, 0, injected, seen, failures);
  EXPECT_GE(seen * 2, injected) << "most faults must be noticed";
}

INSTANTIATE_TEST_SUITE_P(Places, DumpFaults,
                         testing::Values(Place{"dir", {"dir:store"}, false},
                                         Place{"git", {"git:zoo.git"}, false},
                                         Place{"git_redacted", {"git:zoo.git"}, true},
                                         Place{"dir_and_git", {"dir:store", "git:zoo.git"}, false}),
                         [](const auto& place) { return std::string(place.param.name); });

}  // namespace
}  // namespace arkive::test
