// Kills and failing calls at every operation of a run and of a prune: what was committed stays whole, the run
// in hand is whole or not there, and the next one goes through and leaves no remains.
#include "tests/contract/faults/swept_store.h"
#include "tests/support/fault_sweep.h"

namespace arkive::test {
namespace {

class StoreSweep : public SweptStore {
 protected:
  FaultSweep sweep() {
    FaultSweep sweep;
    sweep.area = kind();
    sweep.name = deed().name;
    sweep.run = [this](const FaultSweep::Environment& environment) {
      return run_program(STORE_FAULT_PROGRAM, environment);
    };
    sweep.trouble = [this](const Finished& finished, Fault) { return trouble(ended_with(finished.status)); };
    sweep.count_file = scratch("count");
    sweep.step = full_form() ? 1 : 5;
    sweep.errors = {"ENOSPC", "EIO", "EACCES", "EDQUOT", "EMFILE", "ESTALE", "EMLINK"};
    sweep.unreached_kills = 3;  // two threads share the work
    return sweep;
  }
};

TEST_P(StoreSweep, AKillAtAnyPointLeavesWholeRunsOnly) {
  FaultSweep every = sweep();
  if (kind() != "directory") every.step = 1;  // they are few
  every.kill_at_every_point();
}

/// Behind a network, what fails is the server's answer: tests/contract/remote.
class LocalStoreSweep : public StoreSweep {};

TEST_P(LocalStoreSweep, AFailingCallIsAnErrorThatNamesItsObjectOrDoesNoHarm) {
  sweep().fail_every_call();
}

/// Of objects, what is synced is the store's own affair.
class PlainStoreSweep : public StoreSweep {};

TEST_P(PlainStoreSweep, AFailedSyncIsNotRepeatedAndNothingIsCommitted) {
  sweep().fail_every_sync();
}

INSTANTIATE_TEST_SUITE_P(Plain, StoreSweep, testing::ValuesIn(swept({"directory"})), swept_name);
INSTANTIATE_TEST_SUITE_P(Objects, StoreSweep, testing::ValuesIn(swept({"objects"})), swept_name);
INSTANTIATE_TEST_SUITE_P(Remote, StoreSweep, testing::ValuesIn(swept(remote_kinds_of_runs())), swept_name);
INSTANTIATE_TEST_SUITE_P(Plain, LocalStoreSweep, testing::ValuesIn(swept({"directory"})), swept_name);
INSTANTIATE_TEST_SUITE_P(Objects, LocalStoreSweep, testing::ValuesIn(swept({"objects"})), swept_name);
INSTANTIATE_TEST_SUITE_P(Plain, PlainStoreSweep, testing::ValuesIn(swept({"directory"})), swept_name);

}  // namespace
}  // namespace arkive::test
