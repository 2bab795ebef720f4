// Kills and failing calls at every operation of a seed: a broker can take no half seed for a whole one, and
// the same seed run again ends with the very files of one that nothing disturbed.
#include "tests/kafka/seed/seed_fixture.h"
#include "tests/support/fault_sweep.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::FaultSweep;
using arkive::test::full_form;

class SeedSweep : public Seeding, public testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    run_whole();
    std::filesystem::create_directory(scratch("template"));
    if (is_kraft()) {
      make_target("data-1", {"orders-0", "payments-0", "empty-0"});
      make_target("data-2", {"orders-1", "trimmed-0"});
    }
    fresh();
    const Finished undisturbed = run_again({});
    ASSERT_EQ(undisturbed.status, 0) << undisturbed.error_output;
    undisturbed_ = files_in(scratch("target"));
    ASSERT_GT(undisturbed_.size(), 30U);
  }

  static bool is_kraft() { return GetParam() == "kraft"; }

  void make_target(const std::string& name, const std::vector<std::string>& partitions) {
    const std::string data = scratch("template") + "/" + name;
    std::filesystem::create_directory(data);
    write(data + "/meta.properties", "version=1\nnode.id=1\ncluster.id=target\n");
    write(data + "/recovery-point-offset-checkpoint", "0\n0\n");
    TopicId id;
    id.bytes.fill('K');
    for (const std::string& partition : partitions) {
      std::filesystem::create_directory(data + "/" + partition);
      write(data + "/" + partition + "/partition.metadata", partition_metadata_text(id));
      write(data + "/" + partition + "/00000000000000000000.log", "");
    }
  }

  void fresh() {
    std::filesystem::remove_all(scratch("target"));
    std::filesystem::copy(scratch("template"), scratch("target"), std::filesystem::copy_options::recursive);
  }
  Finished run_again(const FaultSweep::Environment& environment) {
    Command program;
    program.arguments = {SEED_FAULT_PROGRAM, scratch("store"), GetParam(), scratch("target") + "/data-1",
                         scratch("target") + "/data-2"};
    program.environment = environment;
    return value_of(run_process(program, Deadline::after(std::chrono::minutes(1))));
  }

  /// Empty when no broker can take what is there for whole though it is not, and when the next run ends well.
  std::string trouble(const Finished& finished) {
    std::size_t open_directories = 0;
    for (const char* const name : {"data-1", "data-2"}) {
      const std::string data = scratch("target") + "/" + name;
      if (is_open_to_brokers(data)) ++open_directories;
    }
    if (open_directories > 0 && !is_kraft()) {
      for (const auto& [name, bytes] : undisturbed_) {
        const auto got = scratch("target") + "/" + name;
        if (!path_exists(got)) return "a broker would start without " + name;
      }
    }
    if (finished.status == 0 && open_directories != 2) return "done, but brokers are kept out";
    if (finished.status != 0 || open_directories < 2) {
      const Finished next = run_again({});
      // Killed after the last mark was removed: all is there, and the next one says so.
      const bool was_whole = finished.status != 0 && open_directories == 2;
      if (next.status != 0 && !was_whole) return "the next run: " + next.error_output;
    }
    if (files_in(scratch("target")) != undisturbed_) return "other files than without the fault";
    return {};
  }

  FaultSweep sweep() {
    FaultSweep sweep;
    sweep.area = "seed";
    sweep.name = GetParam();
    sweep.run = [this](const FaultSweep::Environment& environment) {
      fresh();
      return run_again(environment);
    };
    sweep.trouble = [this](const Finished& finished, arkive::test::Fault) { return trouble(finished); };
    sweep.count_file = scratch("count");
    sweep.step = full_form() ? 1 : 3;
    sweep.errors = {"ENOSPC", "EIO", "EDQUOT", "EACCES"};
    return sweep;
  }

  std::map<std::string, std::string> undisturbed_;
};

TEST_P(SeedSweep, KilledAtAnyPointTheNextRunEndsAsIfNothingHadHappened) {
  FaultSweep kills = sweep();
  kills.step = 1;
  kills.kill_at_every_point();
}

TEST_P(SeedSweep, AFailingCallIsAnErrorThatNamesItsObject) {
  sweep().fail_every_call();
}

TEST_P(SeedSweep, AFailedSyncIsNotRepeated) {
  sweep().fail_every_sync();
}

INSTANTIATE_TEST_SUITE_P(Targets, SeedSweep, testing::Values("zookeeper", "kraft"),
                         [](const auto& target) { return target.param; });

}  // namespace
}  // namespace arkive::kafka::test
