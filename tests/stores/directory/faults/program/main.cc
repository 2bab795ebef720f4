// What the sweeps over fault points kill and fail:
//   directory_fault_program STORE write K     writes run K
//   directory_fault_program STORE prune K     prunes run K
// Exit statuses: 0 done, 1 an error (its text on standard error), 70 as tests/support/failing_syncs.h says.

#include <signal.h>

#include <cstdio>
#include <cstdlib>

#include "tests/stores/directory/faults/history.h"
#include "tests/support/failing_syncs.h"

namespace {

int finish(const arkive::Status& done) {
  if (done) return 0;
  std::fprintf(stderr, "%s: %s\n", std::string(arkive::outcome_name(done.error().outcome)).c_str(),
               done.error().what.c_str());
  return 1;
}

arkive::Status work(const std::string& store, const std::string& command, int k) {
  ARKIVE_ASSIGN(const auto repository, arkive::open_directory_repository(store, true));
  const arkive::test::TestRun run = arkive::test::history_run(k);
  if (command == "write") {
    ARKIVE_TRY(arkive::test::write_run(*repository, run));
  } else {
    ARKIVE_TRY(repository->prune("prod", {run.id}, false));
  }
  return arkive::ok();
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  ::signal(SIGXFSZ, SIG_IGN);
  return finish(work(arguments[1], arguments[2], std::atoi(arguments[3])));
}
