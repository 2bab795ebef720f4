// The power fails while an archive run is written to a directory (test 3 of docs/reliability.md): no archive
// that was told to be there is lost, none is half, and the next run ends with the very lists of an archive
// that nothing disturbed.
#include "tests/support/power_loss.h"

#include "tests/kafka/archive/faults/archived_history.h"
#include "tests/support/disk_recorder.h"

namespace arkive::kafka::test {
namespace {

using namespace arkive::test;

class ArchivePowerLoss : public ScratchTest, public testing::WithParamInterface<int> {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(scratch("disk"));
    for (int k = 1; k < GetParam(); ++k) archive_state(scratch("disk"), k);
    recorder().begin(scratch("disk"));
    archive_state(scratch("disk"), GetParam());
    record_ = recorder().end();
    const Disk now = read_disk(scratch("disk"), DiskRecorder::identity_of_path);
    ASSERT_EQ(text_of(disk_after(record_, record_.operations.size())), text_of(now)) << "not all is recorded";
    undisturbed_ = list_hashes(scratch("disk"));
  }

  PowerLosses losses_of(const DiskRecord& record) {
    return try_power_losses(record, seed_, full_form() ? 4'000 : 170, [this](const Disk& disk, bool is_done) {
      value_of(remove_tree(scratch("disk")));
      write_disk(disk, scratch("disk"));
      try {
        return trouble_with_archive(scratch("disk"), GetParam(), is_done ? Ended::kDone : Ended::kUnknown,
                                    undisturbed_);
      } catch (const std::exception& error) {
        return std::string(error.what());
      }
    });
  }

  DiskRecord record_;
  const std::uint64_t seed_ = std::random_device{}();

 private:
  std::map<std::string, std::string> undisturbed_;
};

TEST_P(ArchivePowerLoss, AtAnyMomentLosesNoArchiveThatWasThereAndLeavesNoneHalf) {
  const PowerLosses losses = losses_of(record_);
  EXPECT_EQ(losses.failures, 0U) << "seed " << seed_ << ", " << losses.first;
  scoreboard("archive_power_" + std::to_string(GetParam()), seed_, losses.states, losses.states,
             losses.failures);
}

INSTANTIATE_TEST_SUITE_P(States, ArchivePowerLoss, testing::Values(1, 2, 3));

}  // namespace
}  // namespace arkive::kafka::test
