/// What the programs have in common that the fault sweeps kill and fail. Exit statuses: 0 done, 1 an error
/// (its outcome and text on standard error), 70 as tests/support/failing_syncs.h says. Include it once.
#pragma once

#include <signal.h>

#include <cstdio>
#include <string>

#include "stores/core/result.h"
#include "tests/support/failing_syncs.h"

namespace arkive::test {

/// Runs work(), which gives the exit status.
template <class Work>
int fault_program(Work work) {
  ::signal(SIGXFSZ, SIG_IGN);
  const Result<int> done = work();
  if (done) return *done;
  std::fprintf(stderr, "%s: %s\n", std::string(outcome_name(done.error().outcome)).c_str(),
               done.error().what.c_str());
  return 1;
}

}  // namespace arkive::test
