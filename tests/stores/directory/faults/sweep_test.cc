// Kills and failing calls at every operation of a run and of a prune: what was committed stays whole, the run
// in hand is whole or not there, and the next one goes through and leaves no remains.
#include <signal.h>

#include "tests/stores/directory/faults/history.h"
#include "tests/stores/directory/store_fixture.h"
#include "tests/support/scoreboard.h"

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
    if (finished.status == 70) return "a failed sync was repeated";
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

  /// N of "points N errno-points M", by its place.
  std::uint64_t points(int place) {
    run_program({{"ARKIVE_FAULT_COUNT", scratch("count")}});
    unsigned long long counts[2] = {};
    EXPECT_EQ(std::sscanf(value_of(read_file(scratch("count"))).c_str(), "points %llu errno-points %llu",
                          &counts[0], &counts[1]),
              2);
    return counts[place];
  }
  static std::uint64_t step() { return full_form() ? 1 : 5; }

  void score(const std::string& what, std::uint64_t injected, std::uint64_t noticed, std::uint64_t failures) {
    EXPECT_GT(injected, 0U);
    scoreboard("directory_" + what + "_" + GetParam().name, 0, injected, noticed, failures);
  }
};

TEST_P(StoreSweep, AKillAtAnyPointLeavesWholeRunsOnly) {
  const std::uint64_t last = points(0);
  std::uint64_t injected = 0;
  std::uint64_t killed = 0;
  std::uint64_t failures = 0;
  for (std::uint64_t point = 1; point <= last; point += step()) {
    const Finished finished = run_program({{"ARKIVE_FAULT", "kill@" + std::to_string(point)}});
    ++injected;
    killed += finished.status == 128 + SIGKILL ? 1 : 0;
    const std::string found = trouble(finished);
    if (!found.empty()) {
      ++failures;
      ADD_FAILURE() << "killed at point " << point << " of " << last << ": " << found;
    }
  }
  // Two threads share the work: near the end a point may not be reached every time.
  EXPECT_GE(killed + 3, injected);
  score("kill", injected, killed, failures);
}

TEST_P(StoreSweep, AFailingCallIsAnErrorThatNamesItsObjectOrDoesNoHarm) {
  const std::uint64_t last = points(1);
  std::uint64_t injected = 0;
  std::uint64_t noticed = 0;
  std::uint64_t failures = 0;
  for (const char* error : {"ENOSPC", "EIO", "EACCES", "EDQUOT", "EMFILE", "ESTALE", "EMLINK"}) {
    for (std::uint64_t call = 1; call <= last; call += step()) {
      const Finished finished =
          run_program({{"ARKIVE_FAULT", std::string(error) + "@" + std::to_string(call)}});
      ++injected;
      noticed += finished.status == 1 ? 1 : 0;
      std::string found = trouble(finished);
      if (finished.status > 1) found = "ended with " + std::to_string(finished.status);
      if (finished.status == 1 && finished.error_output.find('\'') == std::string::npos)
        found = "no object is named";
      const bool is_full = error == std::string("ENOSPC") || error == std::string("EDQUOT");
      if (finished.status == 1 && is_full && !finished.error_output.starts_with("full:"))
        found = "it is not kFull";
      if (!found.empty()) {
        ++failures;
        ADD_FAILURE() << error << " at call " << call << " of " << last << ": " << found << "\n"
                      << finished.error_output;
      }
    }
  }
  score("errno", injected, noticed, failures);
}

TEST_P(StoreSweep, AFailedSyncIsNotRepeatedAndNothingIsCommitted) {
  run_program({{"SYNC_COUNT", scratch("count")}});
  const int last = std::atoi(value_of(read_file(scratch("count"))).c_str());
  std::uint64_t noticed = 0;
  std::uint64_t failures = 0;
  for (int call = 1; call <= last; ++call) {
    const Finished finished = run_program({{"FAIL_SYNC", std::to_string(call)}});
    noticed += finished.status == 1 ? 1 : 0;
    std::string found = trouble(finished);
    if (finished.status != 1) found = "ended with " + std::to_string(finished.status);
    if (!found.empty()) {
      ++failures;
      ADD_FAILURE() << "sync " << call << " of " << last << ": " << found << "\n" << finished.error_output;
    }
  }
  score("sync", static_cast<std::uint64_t>(last), noticed, failures);
}

INSTANTIATE_TEST_SUITE_P(Commands, StoreSweep,
                         testing::Values(Swept{"first", "write", 1, 0}, Swept{"changed", "write", 3, 2},
                                         Swept{"prune", "prune", 1, 2}),
                         [](const testing::TestParamInfo<Swept>& each) { return each.param.name; });

}  // namespace
}  // namespace arkive::test
