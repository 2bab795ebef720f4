// What the sweeps over fault points kill and fail:
//   git_fault_program REPOSITORY write K     writes run K
//   git_fault_program REPOSITORY bulk K      writes run K with much content
//   git_fault_program REPOSITORY prune K     prunes run K
// Exit statuses: 0 done, 1 an error (its text on standard error), 70 as tests/support/failing_syncs.h says.
#include <signal.h>

#include <cstdio>
#include <cstdlib>

#include "tests/stores/git/faults/history.h"
#include "tests/support/failing_syncs.h"

namespace {

arkive::Status work(const std::string& path, const std::string& command, int k) {
  ARKIVE_ASSIGN(const auto repository, arkive::git::open_git_repository(path, true));
  const arkive::test::TestRun run = arkive::test::history_run(k, command == "bulk");
  if (command == "prune") {
    ARKIVE_TRY(repository->prune("prod", {run.id}, false));
  } else {
    ARKIVE_TRY(arkive::test::write_run(*repository, run));
  }
  return arkive::ok();
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  ::signal(SIGXFSZ, SIG_IGN);
  const arkive::Status done = work(arguments[1], arguments[2], std::atoi(arguments[3]));
  if (done) return 0;
  std::fprintf(stderr, "%s: %s\n", std::string(arkive::outcome_name(done.error().outcome)).c_str(),
               done.error().what.c_str());
  return 1;
}
