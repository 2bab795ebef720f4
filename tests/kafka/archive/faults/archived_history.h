/// Archives of the states of history.h in directories, and what has to hold once the writing of one was
/// disturbed.
#pragma once

#include "tests/kafka/archive/archive_fixture.h"
#include "tests/kafka/archive/faults/history.h"
#include "tests/support/ended.h"

namespace arkive::kafka::test {

inline ArchiveReport archive_state(const std::string& path, int k) {
  ScriptedCluster cluster;
  make_history(cluster, k);
  ScriptedLogSource source(cluster);
  const auto store = value_of(DirectoryStore::open(path));
  return value_of(archive(source, *store, history_request(k)));
}

inline std::vector<Manifest> runs_in(const std::string& path) {
  const auto store = value_of(DirectoryStore::open(path));
  return value_of(archive_runs(*store, "main", Deadline::never()));
}

/// Of the lists of the last run; what they name is read and compared.
inline std::map<std::string, std::string> list_hashes(const std::string& path) {
  const auto store = value_of(DirectoryStore::open(path));
  const Manifest last = runs_in(path).back();
  logs_of(*store, last);
  std::map<std::string, std::string> all;
  for (const auto& topic : value_of(read_index(*store, last, Deadline::never())).topics)
    all[topic.name] = topic.list;
  return all;
}

inline int failed_expectations() {
  return testing::UnitTest::GetInstance()->current_test_info()->result()->total_part_count();
}

/// Empty when the store is as it may be after state `k` was archived, behind all before it, and that ended
/// so; and when the next run ends with the lists of an archive that nothing disturbed.
inline std::string trouble_with_archive(const std::string& path, int k, arkive::test::Ended ended,
                                        const std::map<std::string, std::string>& undisturbed) {
  using arkive::test::Ended;
  const int failures_before = failed_expectations();
  const auto before = static_cast<std::size_t>(k) - 1;
  const auto runs = runs_in(path);
  if (ended == Ended::kDone && runs.size() != before + 1) return "done, but it is not";
  if (ended == Ended::kFailed && runs.size() != before) return "an error, but committed";
  if (runs.size() != before && runs.size() != before + 1) return "other runs are listed";
  const auto store = value_of(DirectoryStore::open(path));
  for (const Manifest& run : runs) logs_of(*store, run);
  if (runs.size() == before + 1 && list_hashes(path) != undisturbed) return "committed, but not whole";
  const ArchiveReport next = archive_state(path, k);
  if (!next.manifest.whole) return "the next run is not whole";
  if (list_hashes(path) != undisturbed) return "the next run ends with other lists";
  if (failed_expectations() != failures_before) return "see above";
  return {};
}

}  // namespace arkive::kafka::test
