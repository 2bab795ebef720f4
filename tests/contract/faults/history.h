/// The runs that the fault sweeps write: small, each with something linked, changed, added and removed.
#pragma once

#include "tests/contract/repository_kinds.h"

namespace arkive::test {

/// A store in a directory: with plain files, or with objects.
inline Result<std::unique_ptr<Repository>> open_kind(const std::string& kind, const std::string& path) {
  return kind == "objects" ? open_objects(path, true) : open_directory_repository(path, true);
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

}  // namespace arkive::test
