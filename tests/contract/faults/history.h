/// The runs that the fault tests write: small, each with something linked, changed, added and removed; and
/// what has to hold once one that was written or pruned was disturbed.
#pragma once

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

#include "tests/contract/remote_runs.h"
#include "tests/contract/repository_kinds.h"
#include "tests/support/ended.h"
#include "tests/support/names_below.h"

namespace arkive::test {

/// One of all_repository_kinds(), in a directory; or one behind a network, at a URL.
inline Result<std::unique_ptr<Repository>> open_kind(const std::string& kind, const std::string& place) {
  for (const RepositoryKind& local : all_repository_kinds()) {
    if (local.name == kind) return local.open(place, true);
  }
  return open_remote_runs(kind, place);
}

inline TestRun history_run(int k) {
  char id[40];
  std::snprintf(id, sizeof id, "20261120T2330%02dZ-%06x", k, k);
  TestRun run;
  run.id = id;
  run.started = 1'795'000'000'000 + 1000 * k;
  run.tree = {{"acls/%list", "a\tworld:anyone:r\n"},
              {"znodes/app/changed", std::string(100, static_cast<char>('a' + k))},
              {"znodes/app/same", "same"},
              {"znodes/new-" + std::to_string(k), "new"},
              {"znodes/same", "same"}};
  run.record = {{"stats/changed", std::to_string(k)}, {"stats/same", "same"}};
  return run;
}

/// One thing done with a history.
struct Deed {
  std::string name;     ///< for the names of tests
  std::string command;  ///< "write", "prune"
  int k;                ///< the run that is written or pruned
  int runs_before;      ///< runs 1.. that are there

  bool writes() const { return command == "write"; }
};

inline std::vector<Deed> deeds() {
  return {{"first", "write", 1, 0}, {"changed", "write", 3, 2}, {"prune", "prune", 1, 2}};
}

/// What is to be there before.
inline void write_history(Repository& repository, const Deed& deed) {
  for (int k = 1; k <= deed.runs_before; ++k) value_of(write_run(repository, history_run(k)));
}

/// Exit statuses of programs: 0.
inline Result<int> do_deed(const std::string& kind, const std::string& place, const std::string& command,
                           int k) {
  ARKIVE_ASSIGN(const auto repository, open_kind(kind, place));
  const TestRun run = history_run(k);
  if (command == "write") {
    ARKIVE_TRY(write_run(*repository, run));
  } else {
    ARKIVE_ASSIGN(const PruneReport report, repository->prune("prod", {run.id}, false));
    if (!report.refused.empty()) return fail(Outcome::kDenied, report.refused.front().what);
  }
  return 0;
}

inline std::vector<std::string> damage_in(const Repository& repository) {
  std::vector<std::string> all;
  for (const Finding& finding : value_of(repository.check_storage("prod")))
    all.push_back(finding.object + ": " + finding.what);
  return all;
}

/// Of the files of runs as plain files, the first that is of no whole run.
inline std::string remains_of_a_run(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (name.find(kTemporaryFilePrefix) != std::string::npos || name.find(".partial") != std::string::npos)
      return name;
  }
  return {};
}

/// Of the objects of a store, the first that no run needs.
inline std::string needless_object(const Repository& repository, const std::vector<std::string>& names) {
  std::set<std::string> needed;
  for (const Manifest& run : value_of(repository.runs("prod"))) {
    needed.insert(std::filesystem::path(run.tree.location).parent_path().string());
    needed.insert(std::filesystem::path(run.record.location).parent_path().string());
  }
  for (const std::string& name : names) {
    // Temporary files of a directory are the store's own affair.
    const bool is_object_left = name.ends_with(".zst") &&
                                name.find(kTemporaryFilePrefix) == std::string::npos &&
                                !needed.contains(std::filesystem::path(name).parent_path().string());
    if (is_object_left) return name;
  }
  return {};
}

/// Empty when the runs are as they may be after `deed` ended like that. `prune_keeps_trees` as RepositoryKind
/// has it.
inline std::string trouble_with_runs(const Repository& repository, const Deed& deed, Ended ended,
                                     bool prune_keeps_trees = false) {
  const std::vector<std::string> ids = ids_of(repository);
  const std::string& target = history_run(deed.k).id;
  bool is_there = std::find(ids.begin(), ids.end(), target) != ids.end();
  std::size_t expected = is_there && deed.writes() ? 1 : 0;
  if (is_there && prune_keeps_trees) {
    TestRun tree_alone = history_run(deed.k);
    tree_alone.record.clear();
    if (holds(repository, tree_alone)) {
      is_there = false;
      expected = 1;
    }
  }
  if (ended == Ended::kDone && is_there != deed.writes()) return "done, but it is not";
  if (ended == Ended::kFailed && deed.writes() && is_there) return "an error, but committed";
  for (int k = 1; k <= deed.runs_before; ++k) {
    const TestRun run = history_run(k);
    if (run.id == target && !is_there) continue;
    ++expected;
    if (const auto whole = holds(repository, run); !whole) return run.id + ": " + whole.message();
  }
  if (is_there) {
    if (const auto whole = holds(repository, history_run(deed.k)); !whole) return whole.message();
  }
  if (ids.size() != expected) return "other runs are listed";
  if (const auto found = damage_in(repository); !found.empty()) return found[0];
  return {};
}

/// Empty when one more run goes through; `leftover` says what must not be there after it.
inline std::string trouble_with_the_next_run(Repository& repository,
                                             const std::function<std::string(const Repository&)>& leftover) {
  const TestRun next = history_run(9);
  if (const auto written = write_run(repository, next); !written)
    return "the next run: " + written.error().what;
  if (const auto whole = holds(repository, next); !whole)
    return "the next run: " + std::string(whole.message());
  if (const std::string left = leftover(repository); !left.empty()) return "left behind: " + left;
  if (const auto found = damage_in(repository); !found.empty()) return "after the next run: " + found[0];
  return {};
}

}  // namespace arkive::test
