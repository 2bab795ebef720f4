// Kills and failing calls at every operation of a prune: the runs that are left are whole and hold what they
// held, and the next prune ends with the very store of one that nothing disturbed.
#include <set>

#include "kafka/archive/verify.h"
#include "tests/kafka/prune/faults/place_sweep.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::Fault;
using arkive::test::FaultSweep;
using arkive::test::holds;
using arkive::test::TestRun;
using arkive::test::write_run;

constexpr int kDumps = 4;

class PruneSweep : public PlaceSweep {
 protected:
  PruneSweep() : PlaceSweep("prune", PRUNE_FAULT_PROGRAM) {}

  void SetUp() override {
    {
      const PrunedPlace place = opened();
      archive_some(place);
      for (int k = 1; k <= kDumps; ++k) {
        TestRun run;
        run.cluster = "main";
        run.id = "20261120T23300" + std::to_string(k) + "Z-00000" + std::to_string(k);
        run.started = 1'605'000'000'000 + k;
        run.tree = {{"a", std::string(3000, static_cast<char>('a' + k / 2))}, {"b", "same"}};
        run.record = {{"stats", std::to_string(k)}};
        value_of(write_run(*place.repository, run));
        dumps_[run.id] = run;
      }
      for (const char* const ending : {".log", ".index"}) {
        value_of(place.store->put("topics/main/orders@none/0/g0/00000000000000000099" + std::string(ending),
                                  "orphan", PutMode::kCreateOnly, Deadline::never()));
      }
    }
    keep_as_template();
    begin();
    value_of(prune(prune_request(opened())));
    undisturbed_ = keys();
  }

  /// Of everything but locks, for whom they name does not matter.
  std::set<std::string> keys() const {
    std::set<std::string> all;
    value_of(opened().store->list(
        "",
        [&](const Store::Object& object) -> Status {
          if (!object.key.starts_with("locks/")) all.insert(object.key);
          return ok();
        },
        Deadline::never()));
    return all;
  }

  /// Empty when every run that is there is sound and is what it was, and the newest two of both are there.
  std::string damage() const {
    const PrunedPlace place = opened();
    const auto archives = value_of(archive_runs(*place.store, "main", Deadline::never()));
    if (archives.size() < 2 || archives.back().id != newest_archive_) return "an archive that stays is gone";
    for (const Manifest& run : archives) {
      if (logs_of(*place.store, run) != logs_.at(run.id))
        return "archive " + run.id + " holds something else";
    }
    for (const Finding& finding : value_of(verify_archive(*place.store, "main", {}, {})).findings)
      return finding.object + ": " + finding.what;
    const auto dumps = value_of(place.repository->runs("main"));
    if (dumps.size() < 2 || dumps.back().id != dumps_.rbegin()->first) return "a dump that stays is gone";
    for (const Manifest& run : dumps) {
      if (const auto whole = holds(*place.repository, dumps_.at(run.id)); !whole)
        return run.id + ": " + whole.message();
    }
    for (const Finding& finding : value_of(place.repository->check_storage("main")))
      return finding.object + ": " + finding.what;
    return {};
  }

  std::string trouble(const Finished& finished, Fault fault) override {
    std::set<std::string> left = keys();
    // A store may refuse to remove what was written down for the next prune and says nothing any more.
    if (fault == Fault::kFailingCall) left.erase(prune_key("main"));
    if (finished.status == 0 && left != undisturbed_) return "done, but it is not";
    if (const std::string found = damage(); !found.empty()) return found;
    const auto next = prune(prune_request(opened()));
    if (!next) return "the next prune: " + next.error().what;
    if (const std::string found = damage(); !found.empty()) return "after the next prune: " + found;
    if (keys() != undisturbed_) return "the next prune ends with another store";
    return {};
  }

  std::map<std::string, TestRun> dumps_;
  std::set<std::string> undisturbed_;
};

TEST_P(PruneSweep, AKillAtAnyPointLeavesWholeRunsAndWhatTheNextPruneRemoves) {
  FaultSweep every = sweep();
  every.step = 1;
  every.kill_at_every_point();
}

TEST_P(PruneSweep, AFailingCallIsAnErrorThatNamesItsObjectAndHarmsNoRunThatStays) {
  sweep().fail_every_call();
}

INSTANTIATE_TEST_SUITE_P(Kinds, PruneSweep, places(), place_name);

}  // namespace
}  // namespace arkive::kafka::test
