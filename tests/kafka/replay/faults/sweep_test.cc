// Kills and failing calls at every operation of a replay: the next call ends with the very records and the
// very map of a replay that nothing disturbed.
#include "tests/kafka/replay/faults/outliving_target.h"
#include "tests/kafka/replay/replay_fixture.h"
#include "tests/support/fault_sweep.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::FaultSweep;
using arkive::test::full_form;

class ReplaySweep : public ScriptedReplay {
 protected:
  void SetUp() override {
    cluster_.make("orders", 2);
    append_all_kinds(cluster_.at("orders", 0));
    for (int i = 0; i < 12; ++i) cluster_.at("orders", 1).append(3);
    archive_source();
    if (run_program({}).status != 0) throw std::runtime_error("the undisturbed replay ends");
    undisturbed_ = state();
  }

  Finished run_program(const FaultSweep::Environment& environment) {
    for (const char* const name : {"journal", "target"}) std::filesystem::remove_all(scratch(name));
    return go_on(environment);
  }
  Finished go_on(const FaultSweep::Environment& environment) {
    Command program;
    program.arguments = {REPLAY_FAULT_PROGRAM, scratch("store"), scratch("journal"), scratch("target")};
    program.environment = environment;
    return value_of(run_process(program, Deadline::after(std::chrono::minutes(1))));
  }

  /// Record by record what the target holds, and the map.
  std::string state() {
    OutlivingTarget outliving(scratch("target"));
    std::string text;
    const OffsetMap map = value_of(read_offset_map(scratch("journal")));
    for (int i = 0; i < 2; ++i) {
      for (const auto& entry : outliving.cluster().at("orders", i).entries) {
        for (const SentRecord& record : records_in(entry.bytes)) {
          text += std::to_string(i) + " " + std::to_string(record.offset) + " " +
                  std::to_string(record.timestamp) + " " + record.key.value_or("null") + " " +
                  record.value.value_or("null") + "\n";
        }
      }
      const ReplayedPartition* const one = map.find("orders", i);
      for (const OffsetRun& run : one->map.runs()) {
        text += "run " + std::to_string(run.source) + " " + std::to_string(run.target) + " " +
                std::to_string(run.count) + "\n";
      }
      text += one->complete ? "complete\n" : "not complete\n";
    }
    return text;
  }

  std::string trouble(const Finished& finished) {
    if (finished.status == 0 && state() != undisturbed_) return "done, but it is not";
    const Finished next = go_on({});
    if (next.status != 0) return "the next call fails: " + next.error_output;
    return state() == undisturbed_ ? "" : "the next call ends otherwise:\n" + state();
  }

  FaultSweep sweep() {
    FaultSweep sweep;
    sweep.area = "replay";
    sweep.name = "orders";
    sweep.run = [this](const FaultSweep::Environment& environment) { return run_program(environment); };
    sweep.trouble = [this](const Finished& finished, arkive::test::Fault) { return trouble(finished); };
    sweep.count_file = scratch("count");
    sweep.step = full_form() ? 1 : 2;
    sweep.errors = {"ENOSPC", "EIO", "EACCES", "EDQUOT"};
    return sweep;
  }

  std::string undisturbed_;
};

TEST_F(ReplaySweep, AfterAKillAtAnyPointTheNextCallEndsAsIfNothingHadHappened) {
  sweep().kill_at_every_point();
}

TEST_F(ReplaySweep, AFailingCallIsAnErrorThatNamesItsObjectAndTheNextCallGoesOn) {
  sweep().fail_every_call();
}

}  // namespace
}  // namespace arkive::kafka::test
