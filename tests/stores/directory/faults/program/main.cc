// What the sweeps over fault points kill and fail:
//   directory_fault_program STORE write K     writes run K
//   directory_fault_program STORE prune K     prunes run K
// Exit statuses: those of tests/support/fault_program.h.
#include <cstdlib>

#include "tests/stores/directory/faults/history.h"
#include "tests/support/fault_program.h"

namespace {

arkive::Result<int> work(const std::string& store, const std::string& command, int k) {
  ARKIVE_ASSIGN(const auto repository, arkive::open_directory_repository(store, true));
  const arkive::test::TestRun run = arkive::test::history_run(k);
  if (command == "write") {
    ARKIVE_TRY(arkive::test::write_run(*repository, run));
  } else {
    ARKIVE_TRY(repository->prune("prod", {run.id}, false));
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  return arkive::test::fault_program(
      [&] { return work(arguments[1], arguments[2], std::atoi(arguments[3])); });
}
