// Kills and failing calls at every operation of a run and of a prune: what was committed stays whole, the run
// in hand is whole or not there, and the next one goes through and leaves no remains.
#include <filesystem>
#include <set>

#include "tests/contract/faults/history.h"
#include "tests/stores/directory/store_fixture.h"
#include "tests/support/fault_sweep.h"

namespace arkive::test {
namespace {

struct Swept {
  std::string kind;
  std::string name;
  std::string command;
  int k;            ///< the run that is written or pruned
  int runs_before;  ///< runs 1.. that are there
};

class StoreSweep : public StoreTest, public testing::WithParamInterface<Swept> {
 protected:
  void SetUp() override {
    const auto repository = opened();
    for (int k = 1; k <= GetParam().runs_before; ++k) value_of(write_run(*repository, history_run(k)));
    std::filesystem::rename(store(), scratch("template"));
  }

  bool of_objects() const { return GetParam().kind == "objects"; }
  std::unique_ptr<Repository> opened() const { return value_of(open_kind(GetParam().kind, store())); }
  std::vector<std::string> found_damage() const {
    std::vector<std::string> all;
    for (const Finding& finding : value_of(opened()->check_storage("prod")))
      all.push_back(finding.object + ": " + finding.what);
    return all;
  }
  /// What a killed run left behind, once the next one is done.
  std::string leftover(const Repository& repository) const {
    std::set<std::string> needed;
    for (const Manifest& run : value_of(repository.runs("prod"))) {
      needed.insert(std::filesystem::path(run.tree.location).parent_path().string());
      needed.insert(std::filesystem::path(run.record.location).parent_path().string());
    }
    for (const std::string& name : names_below(store())) {
      // Of objects, temporary files are the store's own affair.
      const bool is_file_left =
          name.find(kTemporaryFilePrefix) != std::string::npos || name.find(".partial") != std::string::npos;
      const bool is_object_left = name.ends_with(".zst") &&
                                  name.find(kTemporaryFilePrefix) == std::string::npos &&
                                  !needed.contains(std::filesystem::path(name).parent_path().string());
      if (of_objects() ? is_object_left : is_file_left) return name;
    }
    return {};
  }

  Finished run_program(const std::map<std::string, std::string>& environment) {
    // Hard links stay hard links.
    value_of(remove_tree(store()));
    Command copy;
    copy.arguments = {"cp", "-a", scratch("template"), store()};
    value_of(run_process(copy, Deadline::never()));
    Command program;
    program.arguments = {STORE_FAULT_PROGRAM, GetParam().kind, store(), GetParam().command,
                         std::to_string(GetParam().k)};
    program.environment = environment;
    return value_of(run_process(program, Deadline::after(std::chrono::minutes(1))));
  }

  /// Empty when the store is as it may be after `finished`.
  std::string trouble(const Finished& finished) {
    const auto repository = opened();
    const std::vector<std::string> ids = ids_of(*repository);
    const std::string& target = history_run(GetParam().k).id;
    const bool is_there = std::find(ids.begin(), ids.end(), target) != ids.end();
    if (finished.status == 0 && is_there != (GetParam().command == "write")) return "done, but it is not";
    if (finished.status == 1 && GetParam().command == "write" && is_there) return "an error, but committed";
    std::size_t expected = is_there && GetParam().command == "write" ? 1 : 0;
    for (int k = 1; k <= GetParam().runs_before; ++k) {
      const TestRun run = history_run(k);
      if (run.id == target && !is_there) continue;
      ++expected;
      if (const auto whole = holds(*repository, run); !whole) return run.id + ": " + whole.message();
    }
    if (is_there) {
      if (const auto whole = holds(*repository, history_run(GetParam().k)); !whole) return whole.message();
    }
    if (ids.size() != expected) return "other runs are listed";
    if (const auto found = found_damage(); !found.empty()) return found[0];

    const TestRun next = history_run(9);
    if (const auto written = write_run(*repository, next); !written)
      return "the next run: " + written.error().what;
    if (const auto whole = holds(*repository, next); !whole)
      return "the next run: " + std::string(whole.message());
    if (const std::string left = leftover(*repository); !left.empty()) return "left behind: " + left;
    if (const auto found = found_damage(); !found.empty()) return "after the next run: " + found[0];
    return {};
  }

  FaultSweep sweep() {
    FaultSweep sweep;
    sweep.area = GetParam().kind;
    sweep.name = GetParam().name;
    sweep.run = [this](const FaultSweep::Environment& environment) { return run_program(environment); };
    sweep.trouble = [this](const Finished& finished, Fault) { return trouble(finished); };
    sweep.count_file = scratch("count");
    sweep.step = full_form() ? 1 : 5;
    sweep.errors = {"ENOSPC", "EIO", "EACCES", "EDQUOT", "EMFILE", "ESTALE", "EMLINK"};
    sweep.unreached_kills = 3;  // two threads share the work
    return sweep;
  }
};

TEST_P(StoreSweep, AKillAtAnyPointLeavesWholeRunsOnly) {
  FaultSweep every = sweep();
  if (of_objects()) every.step = 1;  // they are few
  every.kill_at_every_point();
}

TEST_P(StoreSweep, AFailingCallIsAnErrorThatNamesItsObjectOrDoesNoHarm) {
  sweep().fail_every_call();
}

/// Of objects, what is synced is the store's own affair.
class PlainStoreSweep : public StoreSweep {};

TEST_P(PlainStoreSweep, AFailedSyncIsNotRepeatedAndNothingIsCommitted) {
  sweep().fail_every_sync();
}

std::string name_of(const testing::TestParamInfo<Swept>& each) {
  return each.param.kind + "_" + each.param.name;
}

std::vector<Swept> swept(const std::string& kind) {
  return {{kind, "first", "write", 1, 0}, {kind, "changed", "write", 3, 2}, {kind, "prune", "prune", 1, 2}};
}

INSTANTIATE_TEST_SUITE_P(Plain, StoreSweep, testing::ValuesIn(swept("directory")), name_of);
INSTANTIATE_TEST_SUITE_P(Objects, StoreSweep, testing::ValuesIn(swept("objects")), name_of);
INSTANTIATE_TEST_SUITE_P(Plain, PlainStoreSweep, testing::ValuesIn(swept("directory")), name_of);

}  // namespace
}  // namespace arkive::test
