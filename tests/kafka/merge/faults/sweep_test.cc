// Kills and failing calls at every operation of a merge: the runs that are there are whole and hold what they
// held, and the next merge ends with the very segments of one that nothing disturbed.
#include <set>

#include "kafka/archive/verify.h"
#include "tests/kafka/archive/archive_fixture.h"
#include "tests/kafka/archive/faults/history.h"
#include "tests/kafka/merge/faults/merge_request.h"
#include "tests/kafka/prune/faults/places.h"
#include "tests/support/fault_sweep.h"
#include "tests/support/next_moment.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::FaultSweep;
using arkive::test::full_form;

constexpr int kArchives = 4;

class MergeSweep : public arkive::test::ScratchTest, public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    {
      const PrunedPlace place = opened();
      for (int k = 1; k <= kArchives; ++k) {
        arkive::test::until_next_moment();
        ScriptedCluster cluster;
        make_history(cluster, k);
        ScriptedLogSource source(cluster);
        const ArchiveReport archived = value_of(archive(source, *place.store, history_request(k)));
        logs_[archived.manifest.id] = logs_of(*place.store, archived.manifest);
        newest_archive_ = archived.manifest.id;
      }
    }
    std::filesystem::rename(path(), scratch("template"));
    begin();
    ASSERT_TRUE(value_of(merge(*opened().store, fault_merge_request())).manifest);
    undisturbed_ = segment_files_of_the_newest();
  }

  std::string path() const { return scratch("store"); }
  PrunedPlace opened() const { return value_of(open_place(GetParam(), path())); }
  void begin() {
    value_of(remove_tree(path()));
    Command copy;
    copy.arguments = {"cp", "-a", scratch("template"), path()};
    value_of(run_process(copy, Deadline::never()));
  }
  /// Prunes all other runs.
  std::set<std::string> segment_files_of_the_newest() const {
    const PrunedPlace place = opened();
    PruneRequest request = prune_request(place);
    request.rules.last = 1;
    value_of(prune(request));
    std::set<std::string> all;
    value_of(place.store->list(
        "topics/",
        [&](const Store::Object& object) -> Status {
          all.insert(object.key);
          return ok();
        },
        Deadline::never()));
    return all;
  }

  Finished run_program(const std::map<std::string, std::string>& environment) {
    begin();
    Command program;
    program.arguments = {MERGE_FAULT_PROGRAM, GetParam(), path()};
    program.environment = environment;
    return value_of(run_process(program, Deadline::after(std::chrono::minutes(1))));
  }

  /// Empty when every run is sound and holds what it held; a new one what the last archive holds.
  std::string damage() const {
    const PrunedPlace place = opened();
    const auto runs = value_of(archive_runs(*place.store, "main", Deadline::never()));
    if (runs.size() < kArchives || runs.size() > kArchives + 1)
      return "there are " + std::to_string(runs.size());
    for (const Manifest& run : runs) {
      const auto known = logs_.find(run.id);
      if (logs_of(*place.store, run) != (known == logs_.end() ? logs_.at(newest_archive_) : known->second))
        return "run " + run.id + " holds something else";
    }
    for (const Finding& finding : value_of(verify_archive(*place.store, "main", {}, {})).findings)
      return finding.object + ": " + finding.what;
    return {};
  }

  static int failed_expectations() {
    return testing::UnitTest::GetInstance()->current_test_info()->result()->total_part_count();
  }

  std::string trouble(const Finished&) {
    const int failures_before = failed_expectations();
    if (const std::string found = damage(); !found.empty()) return found;
    arkive::test::until_next_moment();
    const auto next = merge(*opened().store, fault_merge_request());
    if (!next) return "the next merge: " + next.error().what;
    if (!next->damaged.empty()) return "the next merge: " + next->damaged.front().what;
    if (const std::string found = damage(); !found.empty()) return "after the next merge: " + found;
    if (segment_files_of_the_newest() != undisturbed_) return "the next merge ends with other segments";
    if (failed_expectations() != failures_before) return "see above";
    return {};
  }

  FaultSweep sweep() {
    FaultSweep sweep;
    sweep.area = "merge";
    sweep.name = GetParam();
    sweep.run = [this](const FaultSweep::Environment& environment) { return run_program(environment); };
    sweep.trouble = [this](const Finished& finished, arkive::test::Fault) { return trouble(finished); };
    sweep.count_file = scratch("count");
    sweep.step = full_form() ? 1 : 5;
    sweep.errors = {"ENOSPC", "EIO", "EACCES", "EDQUOT", "EMFILE", "ESTALE"};
    return sweep;
  }

  std::map<std::string, std::map<std::string, std::string>> logs_;  ///< by archive
  std::string newest_archive_;
  std::set<std::string> undisturbed_;
};

TEST_P(MergeSweep, AKillAtAnyPointLeavesWholeRunsAndWhatTheNextMergeWritesAgain) {
  sweep().kill_at_every_point();
}

TEST_P(MergeSweep, AFailingCallIsAnErrorThatNamesItsObjectAndHarmsNoRun) {
  sweep().fail_every_call();
}

std::string name_of(const testing::TestParamInfo<const char*>& each) {
  return each.param;
}

INSTANTIATE_TEST_SUITE_P(Kinds, MergeSweep, testing::Values("directory", "objects", "sealed"), name_of);

}  // namespace
}  // namespace arkive::kafka::test
