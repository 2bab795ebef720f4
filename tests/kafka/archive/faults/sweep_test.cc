// Kills and failing calls at every operation of an archive run: what was committed stays whole and readable,
// the run in hand is whole or not there, and the next one ends with the very lists of an archive that nothing
// disturbed.
#include "tests/kafka/archive/archive_fixture.h"
#include "tests/kafka/archive/faults/history.h"
#include "tests/support/fault_sweep.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::FaultSweep;
using arkive::test::full_form;

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
    return value_of(archive(source, *store, history_request(k)));
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

  FaultSweep sweep() {
    FaultSweep sweep;
    sweep.area = "archive";
    sweep.name = std::to_string(GetParam());
    sweep.run = [this](const FaultSweep::Environment& environment) { return run_program(environment); };
    sweep.trouble = [this](const Finished& finished, arkive::test::Fault) { return trouble(finished); };
    sweep.count_file = scratch("count");
    sweep.step = full_form() ? 1 : 5;
    sweep.errors = {"ENOSPC", "EIO", "EACCES", "EDQUOT", "EMFILE", "ESTALE"};
    return sweep;
  }

  ListHashes undisturbed_;
};

TEST_P(ArchiveSweep, AKillAtAnyPointLeavesWholeRunsOnly) {
  sweep().kill_at_every_point();
}

TEST_P(ArchiveSweep, AFailingCallIsAnErrorThatNamesItsObjectAndCommitsNothing) {
  sweep().fail_every_call();
}

TEST_P(ArchiveSweep, AFailedSyncIsNotRepeatedAndNothingIsCommitted) {
  sweep().fail_every_sync();
}

INSTANTIATE_TEST_SUITE_P(States, ArchiveSweep, testing::Values(1, 2, 3));

}  // namespace
}  // namespace arkive::kafka::test
