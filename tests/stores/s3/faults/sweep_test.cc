// Kills before and after every request while a bucket is written: a run that is there is whole, the next try
// takes the lock over and goes through, and nothing is left over.
#include "tests/stores/s3/faults/story.h"
#include "tests/stores/s3/scripted_bucket.h"
#include "tests/support/fault_sweep.h"

namespace arkive::test {
namespace {

class BucketSweep : public ScratchTest {
 protected:
  Finished run_program(const std::map<std::string, std::string>& environment) {
    bucket_.clear();
    bucket_.set("zoo/" + kOld, "old");
    Command program;
    program.arguments = {S3_FAULT_PROGRAM, bucket_.url()};
    program.environment = environment;
    return value_of(run_process(program, Deadline::after(std::chrono::minutes(1))));
  }

  std::string trouble(const Finished& finished) {
    if (const std::string found = wrong(finished.status == 0); !found.empty()) return found;
    // The lease of the killed one runs out.
    bucket_.ahead += std::chrono::minutes(2);
    const auto again = tell_story(bucket_.url());
    if (!again) return "the next try: " + again.error().what;
    if (const std::string found = wrong(true); !found.empty()) return "after the next try: " + found;
    bucket_.ahead += std::chrono::hours(25);
    const Status removed = bucket_.open()->remove_unfinished(Deadline::after(std::chrono::seconds(20)));
    if (!removed) return removed.error().what;
    return bucket_.uploads() == 0 ? "" : "uploads are left over";
  }

  FaultSweep sweep() {
    FaultSweep sweep;
    sweep.area = "s3";
    sweep.name = "story";
    sweep.run = [this](const FaultSweep::Environment& environment) { return run_program(environment); };
    sweep.trouble = [this](const Finished& finished, Fault) { return trouble(finished); };
    sweep.count_file = scratch("count");
    sweep.unreached_kills = 3;  // parts go side by side
    return sweep;
  }

 private:
  std::string wrong(bool done) const {
    const auto objects = bucket_.objects();
    const auto is = [&](const std::string& key, const std::string& bytes) {
      const auto found = objects.find("zoo/" + key);
      return found != objects.end() && found->second == bytes;
    };
    const bool has_run = objects.count("zoo/" + kRun) != 0;
    if (done && !has_run) return "done, but the run is not there";
    if (has_run && !is(kRun, "the run")) return "the run is another";
    if (has_run && (!is(kSegment, segment_bytes()) || !is(kList, "the list"))) return "the run is not whole";
    if (!has_run && !is(kOld, "old")) return "what is old went before the run was there";
    if (done && objects.count("zoo/" + kOld) != 0) return "done, but what is old is still there";
    return {};
  }

  ScriptedBucket bucket_;
};

TEST_F(BucketSweep, AKillBeforeOrAfterAnyRequestLeavesWholeRunsAndNothingBehind) {
  sweep().kill_at_every_point();
}

}  // namespace
}  // namespace arkive::test
