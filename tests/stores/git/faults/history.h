/// The runs that the fault sweeps write.
#pragma once

#include "stores/git/git_repository.h"
#include "tests/contract/repository_runs.h"

namespace arkive::test {

/// Run `k`; with `bulk`, one whose content takes a second pack.
inline TestRun history_run(int k, bool bulk = false) {
  char id[40];
  std::snprintf(id, sizeof id, "20261120T2330%02dZ-%06x", k, k);
  TestRun run;
  run.id = id;
  run.started = 1'795'000'000'000 + 1000 * k;
  std::string list(2000, static_cast<char>('a' + k));
  for (int i = 0; i < 60; ++i) list += "child-" + std::to_string(i) + "\tworld:anyone:r\n";
  run.tree = {{"acls/%list", list},
              {"znodes/app/changed", std::string(100, static_cast<char>('a' + k))},
              {"znodes/app/same", "same"},
              {"znodes/new-" + std::to_string(k), "new"},
              {"znodes/same", "same"}};
  if (bulk) {
    run.tree["znodes/a"] = std::string(4'500'000, static_cast<char>('a' + k));
    run.tree["znodes/b"] = "into the second pack";
  }
  run.record = {{"stats/changed", std::to_string(k) + list}, {"stats/same", "same"}};
  return run;
}

}  // namespace arkive::test
