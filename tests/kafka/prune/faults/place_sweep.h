/// PlaceSweep: a store with archives, as it was before each run of a program that is killed or whose calls
/// fail.
#pragma once

#include <map>
#include <string>

#include "tests/kafka/archive/archive_fixture.h"
#include "tests/kafka/archive/faults/history.h"
#include "tests/kafka/prune/faults/places.h"
#include "tests/support/fault_sweep.h"
#include "tests/support/next_moment.h"

namespace arkive::kafka::test {

/// Of each kind that open_place() knows.
class PlaceSweep : public arkive::test::ScratchTest, public testing::WithParamInterface<const char*> {
 protected:
  static constexpr int kArchives = 4;

  /// `area`: for the scoreboard; `program` is given the kind and the path of the place.
  PlaceSweep(std::string area, std::string program) : area_(std::move(area)), program_(std::move(program)) {}

  std::string path() const { return scratch("store"); }
  PrunedPlace opened() const { return value_of(open_place(GetParam(), path())); }
  void archive_some(const PrunedPlace& place) {
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
  /// What begin() brings back is what is there now.
  void keep_as_template() const { std::filesystem::rename(path(), scratch("template")); }
  void begin() const {
    value_of(remove_tree(path()));
    Command copy;  // hard links stay hard links
    copy.arguments = {"cp", "-a", scratch("template"), path()};
    value_of(run_process(copy, Deadline::never()));
  }

  /// Empty when all is well after the program was disturbed, and after the next one, which nothing disturbs.
  virtual std::string trouble(const Finished& finished, arkive::test::Fault fault) = 0;

  arkive::test::FaultSweep sweep() {
    arkive::test::FaultSweep sweep;
    sweep.area = area_;
    sweep.name = GetParam();
    sweep.run = [this](const arkive::test::FaultSweep::Environment& environment) {
      begin();
      Command program;
      program.arguments = {program_, GetParam(), path()};
      program.environment = environment;
      return value_of(run_process(program, Deadline::after(std::chrono::minutes(1))));
    };
    sweep.trouble = [this](const Finished& finished, arkive::test::Fault fault) -> std::string {
      const int failures_before = failed_expectations();
      std::string found = trouble(finished, fault);
      if (found.empty() && failed_expectations() != failures_before) found = "see above";
      return found;
    };
    sweep.count_file = scratch("count");
    sweep.step = arkive::test::full_form() ? 1 : 5;
    sweep.errors = {"ENOSPC", "EIO", "EACCES", "EDQUOT", "EMFILE", "ESTALE"};
    return sweep;
  }

  std::map<std::string, std::map<std::string, std::string>> logs_;  ///< by archive, what logs_of() said
  std::string newest_archive_;

 private:
  static int failed_expectations() {
    return testing::UnitTest::GetInstance()->current_test_info()->result()->total_part_count();
  }

  const std::string area_;
  const std::string program_;
};

inline std::string place_name(const testing::TestParamInfo<const char*>& each) {
  return each.param;
}
inline auto places() {
  return testing::Values("directory", "objects", "sealed");
}

}  // namespace arkive::kafka::test
