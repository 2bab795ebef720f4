// Kills before and after every request while a store behind a network is written: a run that is there is
// whole, the next try takes the lock over and goes through, and nothing is left over.
#include "tests/stores/remote/faults/story.h"
#include "tests/support/fault_sweep.h"

namespace arkive::test {
namespace {

class RemoteSweep : public ScriptedTest {
 protected:
  Finished run_program(const std::map<std::string, std::string>& environment) {
    server().set_all({{"zoo/" + kOld, "old"}});
    Command program;
    program.arguments = {REMOTE_FAULT_PROGRAM, GetParam().name, server().url()};
    program.environment = environment;
    return value_of(run_process(program, Deadline::after(std::chrono::minutes(1))));
  }

  std::string trouble(const Finished& finished) {
    if (const std::string found = wrong(finished.status == 0); !found.empty()) return found;
    // The lease of the killed one runs out.
    server().ahead += std::chrono::minutes(2);
    const auto again = tell_story(GetParam(), server().url());
    if (!again) return "the next try: " + again.error().what;
    if (const std::string found = wrong(true); !found.empty()) return "after the next try: " + found;
    server().ahead += std::chrono::hours(8 * 24);  // Google removes uploads by itself, a week later
    const Status removed = open()->remove_unfinished(soon());
    if (!removed) return removed.error().what;
    return server().uploads() == 0 ? "" : "uploads are left over";
  }

  FaultSweep sweep() {
    FaultSweep sweep;
    sweep.area = GetParam().name;
    sweep.name = "story";
    sweep.run = [this](const FaultSweep::Environment& environment) { return run_program(environment); };
    sweep.trouble = [this](const Finished& finished, Fault) { return trouble(finished); };
    sweep.count_file = counts_.path() + "/count";
    sweep.unreached_kills = 3;  // parts go side by side
    return sweep;
  }

 private:
  std::string wrong(bool done) const {
    const bool has_run = object(kRun).has_value();
    if (done && !has_run) return "done, but the run is not there";
    if (has_run && object(kRun) != "the run") return "the run is another";
    if (has_run && (object(kSegment) != segment_bytes(GetParam()) || object(kList) != "the list"))
      return "the run is not whole";
    if (!has_run && object(kOld) != "old") return "what is old went before the run was there";
    if (done && object(kOld)) return "done, but what is old is still there";
    return {};
  }

  TemporaryDirectory counts_ = value_of(TemporaryDirectory::create("test"));
};

TEST_P(RemoteSweep, AKillBeforeOrAfterAnyRequestLeavesWholeRunsAndNothingBehind) {
  sweep().kill_at_every_point();
}

INSTANTIATE_TEST_SUITE_P(Remote, RemoteSweep, testing::ValuesIn(scripted_kinds_by_credentials()),
                         scripted_kind_name);

}  // namespace
}  // namespace arkive::test
