// Kills and failing calls at every operation of an archive run: what was committed stays whole and readable,
// the run in hand is whole or not there, and the next one ends with the very lists of an archive that nothing
// disturbed.
#include <signal.h>

#include "stores/core/process.h"
#include "tests/kafka/archive/archive_fixture.h"
#include "tests/kafka/archive/faults/history.h"
#include "tests/support/scoreboard.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::full_form;
using arkive::test::scoreboard;

using ListHashes = std::map<std::string, std::string>;

/// The state that is archived when it happens; those before are in the store.
class ArchiveSweep : public arkive::test::ScratchTest, public testing::WithParamInterface<int> {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(scratch("template"));
    for (int k = 1; k < GetParam(); ++k) archive_state(scratch("template"), k);
    copy("template", "undisturbed");
    archive_state(scratch("undisturbed"), GetParam());
    undisturbed_ = hashes(scratch("undisturbed"));
  }

  static ArchiveReport archive_state(const std::string& path, int k) {
    ScriptedCluster cluster;
    make_history(cluster, k);
    ScriptedLogSource source(cluster);
    const auto store = value_of(DirectoryStore::open(path));
    return value_of(archive(source, *store, history_request()));
  }
  void copy(const std::string& from, const std::string& to) {
    value_of(remove_tree(scratch(to)));
    std::filesystem::copy(scratch(from), scratch(to), std::filesystem::copy_options::recursive);
  }
  static std::vector<Manifest> runs_in(const std::string& path) {
    const auto store = value_of(DirectoryStore::open(path));
    return value_of(archive_runs(*store, "main", Deadline::never()));
  }
  /// Of the lists of the last run; what they name is read and compared.
  static ListHashes hashes(const std::string& path) {
    const auto store = value_of(DirectoryStore::open(path));
    const Manifest last = runs_in(path).back();
    logs_of(*store, last);
    ListHashes all;
    for (const auto& topic : value_of(read_index(*store, last, Deadline::never())).topics) {
      all[topic.name] = topic.list;
    }
    return all;
  }

  Finished run_program(const std::map<std::string, std::string>& environment) {
    copy("template", "store");
    Command program;
    program.arguments = {ARCHIVE_FAULT_PROGRAM, scratch("store"), std::to_string(GetParam())};
    program.environment = environment;
    return value_of(run_process(program, Deadline::after(std::chrono::minutes(1))));
  }

  static int failed_expectations() {
    return testing::UnitTest::GetInstance()->current_test_info()->result()->total_part_count();
  }

  /// Empty when the store is as it may be after `finished`.
  std::string trouble(const Finished& finished) {
    const int failures_before = failed_expectations();
    const auto before = static_cast<std::size_t>(GetParam()) - 1;
    const auto runs = runs_in(scratch("store"));
    if (finished.status == 70) return "a failed sync was repeated";
    if (finished.status == 0 && runs.size() != before + 1) return "done, but it is not";
    if (finished.status == 1 && runs.size() != before) return "an error, but committed";
    if (runs.size() != before && runs.size() != before + 1) return "other runs are listed";
    const auto store = value_of(DirectoryStore::open(scratch("store")));
    for (const Manifest& run : runs) logs_of(*store, run);
    if (runs.size() == before + 1 && hashes(scratch("store")) != undisturbed_)
      return "committed, but not whole";
    const ArchiveReport next = archive_state(scratch("store"), GetParam());
    if (!next.manifest.whole) return "the next run is not whole";
    if (hashes(scratch("store")) != undisturbed_) return "the next run ends with other lists";
    if (failed_expectations() != failures_before) return "see above";
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
  static void score(const std::string& what, std::uint64_t injected, std::uint64_t noticed,
                    std::uint64_t failures) {
    EXPECT_GT(injected, 0U);
    scoreboard("archive_" + what + "_" + std::to_string(GetParam()), 0, injected, noticed, failures);
  }

  ListHashes undisturbed_;
};

TEST_P(ArchiveSweep, AKillAtAnyPointLeavesWholeRunsOnly) {
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
  EXPECT_EQ(killed, injected);
  score("kill", injected, killed, failures);
}

TEST_P(ArchiveSweep, AFailingCallIsAnErrorThatNamesItsObjectAndCommitsNothing) {
  const std::uint64_t last = points(1);
  std::uint64_t injected = 0;
  std::uint64_t noticed = 0;
  std::uint64_t failures = 0;
  for (const char* error : {"ENOSPC", "EIO", "EACCES", "EDQUOT", "EMFILE", "ESTALE"}) {
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

TEST_P(ArchiveSweep, AFailedSyncIsNotRepeatedAndNothingIsCommitted) {
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

INSTANTIATE_TEST_SUITE_P(States, ArchiveSweep, testing::Values(1, 2, 3));

}  // namespace
}  // namespace arkive::kafka::test
