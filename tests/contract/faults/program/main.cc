// What the sweeps over fault points kill and fail:
//   store_fault_program KIND STORE write K     writes run K
//   store_fault_program KIND STORE prune K     prunes run K
// Exit statuses: those of tests/support/fault_program.h.
#include <cstdlib>

#include "tests/contract/faults/history.h"
#include "tests/support/fault_program.h"

namespace {

arkive::Result<int> work(const std::string& kind, const std::string& store, const std::string& command,
                         int k) {
  ARKIVE_ASSIGN(const auto repository, arkive::test::open_kind(kind, store));
  const arkive::test::TestRun run = arkive::test::history_run(k);
  if (command == "write") {
    ARKIVE_TRY(arkive::test::write_run(*repository, run));
  } else {
    ARKIVE_ASSIGN(const arkive::PruneReport report, repository->prune("prod", {run.id}, false));
    if (!report.refused.empty()) return arkive::fail(arkive::Outcome::kDenied, report.refused.front().what);
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) return 2;
  return arkive::test::fault_program(
      [&] { return work(arguments[1], arguments[2], arguments[3], std::atoi(arguments[4])); });
}
