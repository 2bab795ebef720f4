// The power fails while a run is written to a repository in a directory, or pruned from it (test 3 of
// docs/reliability.md). Every write, name and sync is recorded; of what no sync had covered any part may be
// there, torn, in any order. No run that was told to be there is lost, none is half, and the next one goes
// through.
#include "tests/support/power_loss.h"

#include "tests/contract/faults/history.h"
#include "tests/support/disk_recorder.h"

namespace arkive::test {
namespace {

struct Disturbed {
  RepositoryKind kind;
  Deed deed;
};

class PowerLoss : public ScratchTest, public testing::WithParamInterface<Disturbed> {
 protected:
  const RepositoryKind& kind() const { return GetParam().kind; }
  const Deed& deed() const { return GetParam().deed; }

  /// What the deed does to the disk.
  DiskRecord record_deed() const {
    std::filesystem::create_directory(scratch("disk"));
    if (deed().runs_before > 0) write_history(*value_of(opened()), deed());
    recorder().begin(scratch("disk"));
    EXPECT_TRUE(succeeded(do_deed(kind().name, place(), deed().command, deed().k)));
    DiskRecord record = recorder().end();
    const Disk now = read_disk(scratch("disk"), DiskRecorder::identity_of_path);
    EXPECT_EQ(text_of(disk_after(record, record.operations.size())), text_of(now)) << "not all is recorded";
    return record;
  }

  static constexpr std::size_t kQuick = 170;
  PowerLosses losses_of(const DiskRecord& record, std::size_t most) {
    return try_power_losses(record, seed_, most, [this](const Disk& disk, bool is_done) {
      value_of(remove_tree(scratch("disk")));
      write_disk(disk, scratch("disk"));
      try {
        return trouble(is_done ? Ended::kDone : Ended::kUnknown);
      } catch (const std::exception& error) {
        return std::string(error.what());
      }
    });
  }

  const std::uint64_t seed_ = std::random_device{}();

 private:
  std::string place() const { return scratch("disk/repository"); }
  Result<std::unique_ptr<Repository>> opened() const { return kind().open(place(), true); }

  /// Empty when the repository is as it may be, and one more run goes through.
  std::string trouble(Ended ended) const {
    const auto repository = opened();
    if (!repository) return repository.error().what;
    const std::string found = trouble_with_runs(**repository, deed(), ended, kind().prune_keeps_trees);
    if (!found.empty()) return found;
    return trouble_with_the_next_run(**repository,
                                     [this](const Repository& whole) { return leftover(whole); });
  }
  std::string leftover(const Repository& repository) const {
    if (kind().name == "git") return {};
    if (kind().name != "directory") return needless_object(repository, names_below(place()));
    std::vector<std::string> names = names_below(place());
    // Of a making that was not finished: there until a prune, a day later.
    std::erase_if(names, [](const std::string& name) { return name.starts_with(kTemporaryFilePrefix); });
    return remains_of_a_run(names);
  }
};

TEST_P(PowerLoss, AtAnyMomentLosesNoRunThatWasThereAndLeavesNoneHalf) {
  const PowerLosses losses = losses_of(record_deed(), full_form() ? 4'000 : kQuick);
  EXPECT_EQ(losses.failures, 0U) << "seed " << seed_ << ", " << losses.first;
  scoreboard(kind().name + "_power_" + deed().name, seed_, losses.states, losses.states, losses.failures);
}

/// That the test above can fail: of a store that syncs too little it finds what is lost. Not of a prune: what
/// it is to remove may stay.
class ForgottenSyncs : public PowerLoss {};

TEST_P(ForgottenSyncs, AreFoundToLoseRuns) {
  const DiskRecord record = record_deed();
  const auto is_directory = [&](const DiskOperation& sync) {
    return sync.what == DiskOperation::What::kSync && record.before[sync.file].is_directory;
  };
  EXPECT_GT(losses_of(without_syncs(record, is_directory), kQuick).failures, 0U) << "those of directories";
  const auto is_of_bytes = [&](const DiskOperation& sync) { return !is_directory(sync); };
  EXPECT_GT(losses_of(without_syncs(record, is_of_bytes), kQuick).failures, 0U) << "those of files";
}

std::string name_of(const testing::TestParamInfo<Disturbed>& each) {
  return each.param.kind.name + "_" + each.param.deed.name;
}

std::vector<Disturbed> all(const std::function<bool(const Deed&)>& is_taken) {
  std::vector<Disturbed> all;
  for (const RepositoryKind& kind : all_repository_kinds()) {
    for (const Deed& deed : deeds()) {
      if (is_taken(deed)) all.push_back({kind, deed});
    }
  }
  return all;
}
bool is_any(const Deed&) {
  return true;
}

INSTANTIATE_TEST_SUITE_P(Local, PowerLoss, testing::ValuesIn(all(is_any)), name_of);
INSTANTIATE_TEST_SUITE_P(Local, ForgottenSyncs, testing::ValuesIn(all(&Deed::writes)), name_of);

}  // namespace
}  // namespace arkive::test
