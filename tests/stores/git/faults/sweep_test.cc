// Kills and failing calls at every operation of a run and of a prune: what was committed stays whole, the run
// in hand is whole or not there, and the next one goes through and leaves no remains.
#include <algorithm>

#include "tests/stores/git/faults/history.h"
#include "tests/stores/git/git_support.h"
#include "tests/support/fault_sweep.h"

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
    auto findings = value_of(repository->check_storage("prod"));
    if (!findings.empty()) return "verify: " + findings[0].object + ": " + findings[0].what;

    const TestRun next = history_run(9);
    if (const auto written = write_run(*repository, next); !written)
      return "the next run: " + written.error().what;
    if (const auto whole = holds(*repository, next); !whole)
      return "the next run: " + std::string(whole.message());
    if (const auto whole = sound(path()); !whole)
      return "after the next run: " + std::string(whole.message());
    findings = value_of(repository->check_storage("prod"));
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

  FaultSweep sweep() {
    FaultSweep sweep;
    sweep.area = "git";
    sweep.name = GetParam().name;
    sweep.run = [this](const FaultSweep::Environment& environment) { return run_program(environment); };
    // After a directory's sync failed, what stands in it is whole but perhaps not durable.
    sweep.trouble = [this](const Finished& finished, Fault fault) {
      return trouble(finished, fault != Fault::kFailingCall);
    };
    sweep.count_file = scratch("count");
    sweep.step = full_form() ? 1 : 3;
    sweep.errors = {"ENOSPC", "EIO"};
    if (full_form()) sweep.errors = {"ENOSPC", "EIO", "EACCES", "EDQUOT", "EMFILE", "ESTALE"};
    sweep.a_failed_sync_ends_the_run = false;
    return sweep;
  }
};

TEST_P(GitSweep, AKillAtAnyPointLeavesWholeRunsOnly) {
  sweep().kill_at_every_point();
}

TEST_P(GitSweep, AFailingCallIsAnErrorThatNamesItsObjectOrDoesNoHarm) {
  sweep().fail_every_call();
}

TEST_P(GitSweep, AFailedSyncIsNotRepeatedAndLeavesWholeRunsOnly) {
  sweep().fail_every_sync();
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
