// Kills and failing calls at every operation of an archive run: what was committed stays whole and readable,
// the run in hand is whole or not there, and the next one ends with the very lists of an archive that nothing
// disturbed.
#include "tests/kafka/archive/faults/archived_history.h"
#include "tests/support/fault_sweep.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::FaultSweep;
using arkive::test::full_form;

/// The state that is archived when it happens; those before are in the store.
class ArchiveSweep : public arkive::test::ScratchTest, public testing::WithParamInterface<int> {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(scratch("template"));
    for (int k = 1; k < GetParam(); ++k) archive_state(scratch("template"), k);
    copy("template", "undisturbed");
    archive_state(scratch("undisturbed"), GetParam());
    undisturbed_ = list_hashes(scratch("undisturbed"));
  }

  void copy(const std::string& from, const std::string& to) {
    value_of(remove_tree(scratch(to)));
    std::filesystem::copy(scratch(from), scratch(to), std::filesystem::copy_options::recursive);
  }
  Finished run_program(const std::map<std::string, std::string>& environment) {
    copy("template", "store");
    Command program;
    program.arguments = {ARCHIVE_FAULT_PROGRAM, scratch("store"), std::to_string(GetParam())};
    program.environment = environment;
    return value_of(run_process(program, Deadline::after(std::chrono::minutes(1))));
  }

  FaultSweep sweep() {
    FaultSweep sweep;
    sweep.area = "archive";
    sweep.name = std::to_string(GetParam());
    sweep.run = [this](const FaultSweep::Environment& environment) { return run_program(environment); };
    sweep.trouble = [this](const Finished& finished, arkive::test::Fault) {
      return trouble_with_archive(scratch("store"), GetParam(), arkive::test::ended_with(finished.status),
                                  undisturbed_);
    };
    sweep.count_file = scratch("count");
    sweep.step = full_form() ? 1 : 5;
    sweep.errors = {"ENOSPC", "EIO", "EACCES", "EDQUOT", "EMFILE", "ESTALE"};
    return sweep;
  }

  std::map<std::string, std::string> undisturbed_;
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
