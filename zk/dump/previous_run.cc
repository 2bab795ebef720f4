#include "zk/dump/previous_run.h"

namespace arkive::zk {

Result<std::unique_ptr<RunReader>> open_last_run(const Repository& repository, std::string_view cluster) {
  ARKIVE_ASSIGN(const std::vector<Manifest> runs, repository.runs(cluster));
  if (runs.empty()) return std::unique_ptr<RunReader>();
  return repository.open_run(cluster, runs.back().id);
}

}  // namespace arkive::zk
