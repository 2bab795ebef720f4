// Kills and failing calls at every operation of a run and of a prune: what was committed stays whole, the run
// in hand is whole or not there, and the next one goes through and leaves no remains.
#include <signal.h>

#include <algorithm>

#include "tests/stores/git/faults/history.h"
#include "tests/stores/git/git_support.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

struct Swept {
  std::string name;
  std::string command;
  int k;            ///< the run that is written or pruned
  int runs_before;  ///< runs 1.. that are there
  enum class Before { kNothing, kRuns, kClone, kRepackDue } before;
};

class GitSweep : public GitTest, public testing::WithParamInterface<Swept> {
 protected:
  using Before = Swept::Before;

  void SetUp() override {
    if (GetParam().before == Before::kNothing) return;
    {
      const auto repository = open();
      for (int k = 1; k <= GetParam().runs_before; ++k) value_of(write_run(*repository, history_run(k)));
    }
    if (GetParam().before == Before::kRepackDue) git(path(), {"config", "arkive.prunedSinceRepack", "99"});
    if (GetParam().before == Before::kClone) {
      git(scratch(), {"clone", "-q", "--mirror", path(), scratch("template")});
    } else {
      std::filesystem::rename(path(), scratch("template"));
    }
  }

  Finished run_program(const std::map<std::string, std::string>& environment) {
    for (const std::string& name : value_of(list_directory(scratch()))) {
      if (name != "template" && name != "count") value_of(remove_tree(scratch(name)));
    }
    if (GetParam().before != Before::kNothing) {
      Command copy;
      copy.arguments = {"cp", "-a", scratch("template"), path()};
      value_of(run_process(copy, Deadline::never()));
    }
    Command program;
    program.arguments = {GIT_FAULT_PROGRAM, path(), GetParam().command, std::to_string(GetParam().k)};
    program.environment = environment;
    return value_of(run_process(program, Deadline::after(std::chrono::minutes(1))));
  }

  static bool writes() { return GetParam().command != "prune"; }
  static TestRun target() { return history_run(GetParam().k, GetParam().command == "bulk"); }

  /// Empty when the repository is as it may be after `finished`.
  std::string trouble(const Finished& finished, bool may_be_committed) {
    if (finished.status == 70) return "a failed sync was repeated";
    auto opened = git::open_git_repository(path(), true);
    if (!opened) return "it does not open: " + opened.error().what;
    const std::unique_ptr<Repository> repository = std::move(*opened);
    const std::vector<std::string> ids = ids_of(*repository);
    const bool is_there = std::find(ids.begin(), ids.end(), target().id) != ids.end();
    if (writes() && finished.status == 0 && !is_there) return "done, but it is not";
    if (writes() && finished.status == 1 && is_there && !may_be_committed) return "an error, but committed";
    for (int k = 1; k <= GetParam().runs_before; ++k) {
      TestRun run = history_run(k);
      if (!writes() && k == GetParam().k && finished.status == 0) run.record.clear();
      if (!writes() && k == GetParam().k && finished.status != 0) {
        TestRun pruned = run;
        pruned.record.clear();
        if (holds(*repository, pruned)) continue;
      }
      if (const auto whole = holds(*repository, run); !whole) return run.id + ": " + whole.message();
    }
    if (writes() && is_there) {
      if (const auto whole = holds(*repository, target()); !whole) return whole.message();
    }
    const std::size_t expected =
        static_cast<std::size_t>(GetParam().runs_before) + (writes() && is_there ? 1 : 0);
    if (ids.size() != expected) return "other runs are listed";
    if (const auto whole = sound(path()); !whole) return whole.message();

    const TestRun next = history_run(9);
    if (const auto written = write_run(*repository, next); !written)
      return "the next run: " + written.error().what;
    if (const auto whole = holds(*repository, next); !whole)
      return "the next run: " + std::string(whole.message());
    if (const auto whole = sound(path()); !whole)
      return "after the next run: " + std::string(whole.message());
    const auto findings = value_of(repository->check_storage("prod"));
    if (!findings.empty()) return "after the next run: " + findings[0].object + ": " + findings[0].what;
    return remains();
  }

  /// What should not be there, below the repository and beside it.
  std::string remains() const {
    std::size_t indexes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(scratch())) {
      const std::string file = entry.path().filename();
      if (entry.path().string().starts_with(scratch("template"))) continue;
      const bool odd = file.starts_with("tmp_") || file.starts_with(kTemporaryFilePrefix) ||
                       file.ends_with(".keep") || (file.ends_with(".lock") && file != "arkive.lock") ||
                       file == "arkive.pending";
      if (odd) return "left behind: " + entry.path().string();
      indexes += file.ends_with(".idx") ? 1 : 0;
    }
    if (indexes != packs_in(path()).size()) return "left behind: a pack without an index, or the reverse";
    if (packs_in(path()).size() > 2) return "left behind: a pack that was to be replaced or undone";
    return {};
  }

  /// N of "points N errno-points M", by its place.
  std::uint64_t points(int place) {
    run_program({{"ARKIVE_FAULT_COUNT", scratch("count")}});
    unsigned long long counts[2] = {};
    EXPECT_EQ(std::sscanf(value_of(read_file(scratch("count"))).c_str(), "points %llu errno-points %llu",
                          &counts[0], &counts[1]),
              2);
    return counts[place];
  }
  static std::uint64_t step() { return full_form() ? 1 : 3; }

  static void score(const std::string& what, std::uint64_t injected, std::uint64_t noticed,
                    std::uint64_t failures) {
    EXPECT_GT(injected, 0U);
    scoreboard("git_" + what + "_" + GetParam().name, 0, injected, noticed, failures);
  }
};

TEST_P(GitSweep, AKillAtAnyPointLeavesWholeRunsOnly) {
  const std::uint64_t last = points(0);
  std::uint64_t injected = 0;
  std::uint64_t killed = 0;
  std::uint64_t failures = 0;
  for (std::uint64_t point = 1; point <= last; point += step()) {
    const Finished finished = run_program({{"ARKIVE_FAULT", "kill@" + std::to_string(point)}});
    ++injected;
    killed += finished.status == 128 + SIGKILL ? 1 : 0;
    const std::string found = trouble(finished, true);
    if (!found.empty()) {
      ++failures;
      ADD_FAILURE() << "killed at point " << point << " of " << last << ": " << found;
    }
  }
  EXPECT_EQ(killed, injected);
  score("kill", injected, killed, failures);
}

TEST_P(GitSweep, AFailingCallIsAnErrorThatNamesItsObjectOrDoesNoHarm) {
  const std::uint64_t last = points(1);
  std::uint64_t injected = 0;
  std::uint64_t noticed = 0;
  std::uint64_t failures = 0;
  std::vector<std::string> errors = {"ENOSPC", "EIO"};
  if (full_form()) errors = {"ENOSPC", "EIO", "EACCES", "EDQUOT", "EMFILE", "ESTALE"};
  for (const std::string& error : errors) {
    for (std::uint64_t call = 1; call <= last; call += step()) {
      const Finished finished = run_program({{"ARKIVE_FAULT", error + "@" + std::to_string(call)}});
      ++injected;
      noticed += finished.status == 1 ? 1 : 0;
      std::string found = trouble(finished, false);
      if (finished.status > 1) found = "ended with " + std::to_string(finished.status);
      if (finished.status == 1 && finished.error_output.find('\'') == std::string::npos)
        found = "no object is named";
      if (finished.status == 1 && (error == "ENOSPC" || error == "EDQUOT") &&
          !finished.error_output.starts_with("full:")) {
        found = "it is not kFull";
      }
      if (!found.empty()) {
        ++failures;
        ADD_FAILURE() << error << " at call " << call << " of " << last << ": " << found << "\n"
                      << finished.error_output;
      }
    }
  }
  score("errno", injected, noticed, failures);
}

TEST_P(GitSweep, AFailedSyncIsNotRepeatedAndLeavesWholeRunsOnly) {
  run_program({{"SYNC_COUNT", scratch("count")}});
  const int last = std::atoi(value_of(read_file(scratch("count"))).c_str());
  std::uint64_t noticed = 0;
  std::uint64_t failures = 0;
  for (int call = 1; call <= last; ++call) {
    const Finished finished = run_program({{"FAIL_SYNC", std::to_string(call)}});
    noticed += finished.status == 1 ? 1 : 0;
    // After a directory's sync failed, what stands in it is whole but perhaps not durable.
    std::string found = trouble(finished, true);
    if (finished.status > 1) found = "ended with " + std::to_string(finished.status);
    if (!found.empty()) {
      ++failures;
      ADD_FAILURE() << "sync " << call << " of " << last << ": " << found << "\n" << finished.error_output;
    }
  }
  score("sync", static_cast<std::uint64_t>(last), noticed, failures);
}

INSTANTIATE_TEST_SUITE_P(Commands, GitSweep,
                         testing::Values(Swept{"created", "write", 1, 0, Swept::Before::kNothing},
                                         Swept{"changed", "write", 3, 2, Swept::Before::kRuns},
                                         Swept{"bulk", "bulk", 2, 1, Swept::Before::kRuns},
                                         Swept{"cloned", "write", 3, 2, Swept::Before::kClone},
                                         Swept{"prune", "prune", 1, 2, Swept::Before::kRepackDue}),
                         [](const testing::TestParamInfo<Swept>& each) { return each.param.name; });

}  // namespace
}  // namespace arkive::test
