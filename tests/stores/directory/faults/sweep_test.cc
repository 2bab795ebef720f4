// Kills and failing calls at every operation of a run and of a prune: what was committed stays whole, the run
// in hand is whole or not there, and the next one goes through and leaves no remains.
#include "tests/stores/directory/faults/history.h"
#include "tests/stores/directory/store_fixture.h"
#include "tests/support/fault_sweep.h"

namespace arkive::test {
namespace {

struct Swept {
  std::string name;
  std::string command;
  int k;            ///< the run that is written or pruned
  int runs_before;  ///< runs 1.. that are there
};

class StoreSweep : public StoreTest, public testing::WithParamInterface<Swept> {
 protected:
  void SetUp() override {
    const auto repository = open();
    for (int k = 1; k <= GetParam().runs_before; ++k) value_of(write_run(*repository, history_run(k)));
    std::filesystem::rename(store(), scratch("template"));
  }

  Finished run_program(const std::map<std::string, std::string>& environment) {
    // Hard links stay hard links.
    value_of(remove_tree(store()));
    Command copy;
    copy.arguments = {"cp", "-a", scratch("template"), store()};
    value_of(run_process(copy, Deadline::never()));
    Command program;
    program.arguments = {DIRECTORY_FAULT_PROGRAM, store(), GetParam().command, std::to_string(GetParam().k)};
    program.environment = environment;
    return value_of(run_process(program, Deadline::after(std::chrono::minutes(1))));
  }

  /// Empty when the store is as it may be after `finished`.
  std::string trouble(const Finished& finished) {
    const auto repository = value_of(open_directory_repository(store(), true));
    const std::vector<std::string> ids = ids_of(*repository);
    const std::string& target = history_run(GetParam().k).id;
    const bool is_there = std::find(ids.begin(), ids.end(), target) != ids.end();
    if (finished.status == 0 && is_there != (GetParam().command == "write")) return "done, but it is not";
    if (finished.status == 1 && GetParam().command == "write" && is_there) return "an error, but committed";
    std::size_t expected = is_there && GetParam().command == "write" ? 1 : 0;
    for (int k = 1; k <= GetParam().runs_before; ++k) {
      const TestRun run = history_run(k);
      if (run.id == target && !is_there) continue;
      ++expected;
      if (const auto whole = holds(*repository, run); !whole) return run.id + ": " + whole.message();
    }
    if (is_there) {
      if (const auto whole = holds(*repository, history_run(GetParam().k)); !whole) return whole.message();
    }
    if (ids.size() != expected) return "other runs are listed";
    if (const auto found = findings(); !found.empty()) return found[0];

    const TestRun next = history_run(9);
    if (const auto written = write_run(*repository, next); !written)
      return "the next run: " + written.error().what;
    if (const auto whole = holds(*repository, next); !whole)
      return "the next run: " + std::string(whole.message());
    for (const std::string& name : names_below(store())) {
      if (name.find(kTemporaryFilePrefix) != std::string::npos ||
          name.find(".partial") != std::string::npos) {
        return "left behind: " + name;
      }
    }
    if (const auto found = findings(); !found.empty()) return "after the next run: " + found[0];
    return {};
  }

  FaultSweep sweep() {
    FaultSweep sweep;
    sweep.area = "directory";
    sweep.name = GetParam().name;
    sweep.run = [this](const FaultSweep::Environment& environment) { return run_program(environment); };
    sweep.trouble = [this](const Finished& finished, Fault) { return trouble(finished); };
    sweep.count_file = scratch("count");
    sweep.step = full_form() ? 1 : 5;
    sweep.errors = {"ENOSPC", "EIO", "EACCES", "EDQUOT", "EMFILE", "ESTALE", "EMLINK"};
    sweep.unreached_kills = 3;  // two threads share the work
    return sweep;
  }
};

TEST_P(StoreSweep, AKillAtAnyPointLeavesWholeRunsOnly) {
  sweep().kill_at_every_point();
}

TEST_P(StoreSweep, AFailingCallIsAnErrorThatNamesItsObjectOrDoesNoHarm) {
  sweep().fail_every_call();
}

TEST_P(StoreSweep, AFailedSyncIsNotRepeatedAndNothingIsCommitted) {
  sweep().fail_every_sync();
}

INSTANTIATE_TEST_SUITE_P(Commands, StoreSweep,
                         testing::Values(Swept{"first", "write", 1, 0}, Swept{"changed", "write", 3, 2},
                                         Swept{"prune", "prune", 1, 2}),
                         [](const testing::TestParamInfo<Swept>& each) { return each.param.name; });

}  // namespace
}  // namespace arkive::test
