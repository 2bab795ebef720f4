// Kills and failing calls at every operation of a prune: the runs that are left are whole and hold what they
// held, and the next prune ends with the very store of one that nothing disturbed.
#include <set>

#include "kafka/archive/verify.h"
#include "tests/kafka/archive/archive_fixture.h"
#include "tests/kafka/archive/faults/history.h"
#include "tests/kafka/prune/faults/places.h"
#include "tests/support/fault_sweep.h"
#include "tests/support/next_moment.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::Fault;
using arkive::test::FaultSweep;
using arkive::test::full_form;
using arkive::test::holds;
using arkive::test::TestRun;
using arkive::test::write_run;

constexpr int kArchives = 4;
constexpr int kDumps = 4;

class PruneSweep : public arkive::test::ScratchTest, public testing::WithParamInterface<const char*> {
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
    std::filesystem::rename(path(), scratch("template"));
    begin();
    value_of(prune(prune_request(opened())));
    undisturbed_ = keys();
  }

  std::string path() const { return scratch("store"); }
  PrunedPlace opened() const { return value_of(open_place(GetParam(), path())); }
  void begin() {
    value_of(remove_tree(path()));
    Command copy;  // hard links stay hard links
    copy.arguments = {"cp", "-a", scratch("template"), path()};
    value_of(run_process(copy, Deadline::never()));
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

  Finished run_program(const std::map<std::string, std::string>& environment) {
    begin();
    Command program;
    program.arguments = {PRUNE_FAULT_PROGRAM, GetParam(), path()};
    program.environment = environment;
    return value_of(run_process(program, Deadline::after(std::chrono::minutes(1))));
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

  static int failed_expectations() {
    return testing::UnitTest::GetInstance()->current_test_info()->result()->total_part_count();
  }

  std::string trouble(const Finished& finished, Fault fault) {
    const int failures_before = failed_expectations();
    std::set<std::string> left = keys();
    // A store may refuse to remove what was written down for the next prune and says nothing any more.
    if (fault == Fault::kFailingCall) left.erase(prune_key("main"));
    if (finished.status == 0 && left != undisturbed_) return "done, but it is not";
    if (const std::string found = damage(); !found.empty()) return found;
    const auto next = prune(prune_request(opened()));
    if (!next) return "the next prune: " + next.error().what;
    if (const std::string found = damage(); !found.empty()) return "after the next prune: " + found;
    if (keys() != undisturbed_) return "the next prune ends with another store";
    if (failed_expectations() != failures_before) return "see above";
    return {};
  }

  FaultSweep sweep() {
    FaultSweep sweep;
    sweep.area = "prune";
    sweep.name = GetParam();
    sweep.run = [this](const FaultSweep::Environment& environment) { return run_program(environment); };
    sweep.trouble = [this](const Finished& finished, Fault fault) { return trouble(finished, fault); };
    sweep.count_file = scratch("count");
    sweep.step = full_form() ? 1 : 5;
    sweep.errors = {"ENOSPC", "EIO", "EACCES", "EDQUOT", "EMFILE", "ESTALE"};
    return sweep;
  }

  std::map<std::string, std::map<std::string, std::string>> logs_;  ///< by archive
  std::string newest_archive_;
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

std::string name_of(const testing::TestParamInfo<const char*>& each) {
  return each.param;
}

INSTANTIATE_TEST_SUITE_P(Kinds, PruneSweep, testing::Values("directory", "objects", "sealed"), name_of);

}  // namespace
}  // namespace arkive::kafka::test
