// What the sweeps over fault points kill and fail:
//   git_fault_program REPOSITORY write K     writes run K
//   git_fault_program REPOSITORY bulk K      writes run K with much content
//   git_fault_program REPOSITORY prune K     prunes run K
// Exit statuses: those of tests/support/fault_program.h.
#include <cstdlib>

#include "tests/stores/git/faults/history.h"
#include "tests/support/fault_program.h"

namespace {

arkive::Result<int> work(const std::string& path, const std::string& command, int k) {
  ARKIVE_ASSIGN(const auto repository, arkive::git::open_git_repository(path, true));
  const arkive::test::TestRun run = arkive::test::history_run(k, command == "bulk");
  if (command == "prune") {
    ARKIVE_TRY(repository->prune("prod", {run.id}, false));
  } else {
    ARKIVE_TRY(arkive::test::write_run(*repository, run));
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  return arkive::test::fault_program(
      [&] { return work(arguments[1], arguments[2], std::atoi(arguments[3])); });
}
