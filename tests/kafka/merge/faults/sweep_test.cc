// Kills and failing calls at every operation of a merge: the runs that are there are whole and hold what they
// held, and the next merge ends with the very segments of one that nothing disturbed.
#include <set>

#include "kafka/archive/verify.h"
#include "tests/kafka/merge/faults/merge_request.h"
#include "tests/kafka/prune/faults/place_sweep.h"

namespace arkive::kafka::test {
namespace {

class MergeSweep : public PlaceSweep {
 protected:
  MergeSweep() : PlaceSweep("merge", MERGE_FAULT_PROGRAM) {}

  void SetUp() override {
    archive_some(opened());
    keep_as_template();
    begin();
    ASSERT_TRUE(value_of(merge(*opened().store, fault_merge_request())).manifest);
    undisturbed_ = segment_files_of_the_newest();
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

  std::string trouble(const Finished&, arkive::test::Fault) override {
    if (const std::string found = damage(); !found.empty()) return found;
    arkive::test::until_next_moment();
    const auto next = merge(*opened().store, fault_merge_request());
    if (!next) return "the next merge: " + next.error().what;
    if (!next->damaged.empty()) return "the next merge: " + next->damaged.front().what;
    if (const std::string found = damage(); !found.empty()) return "after the next merge: " + found;
    if (segment_files_of_the_newest() != undisturbed_) return "the next merge ends with other segments";
    return {};
  }

  std::set<std::string> undisturbed_;
};

TEST_P(MergeSweep, AKillAtAnyPointLeavesWholeRunsAndWhatTheNextMergeWritesAgain) {
  sweep().kill_at_every_point();
}

TEST_P(MergeSweep, AFailingCallIsAnErrorThatNamesItsObjectAndHarmsNoRun) {
  sweep().fail_every_call();
}

INSTANTIATE_TEST_SUITE_P(Kinds, MergeSweep, places(), place_name);

}  // namespace
}  // namespace arkive::kafka::test
