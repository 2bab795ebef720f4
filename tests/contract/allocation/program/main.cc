// What the sweep over failing allocations runs:
//   allocation_program KIND PLACE write|prune K     writes or prunes run K
// Exit statuses: those of tests/support/fault_program.h.
#include <cstdlib>

#include "stores/core/memory.h"
#include "tests/contract/faults/history.h"
#include "tests/support/failing_allocations.h"
#include "tests/support/fault_program.h"

int main(int count, char** arguments) {
  if (count != 5) return 2;
  return arkive::test::fault_program([&] {
    arkive::end_when_out_of_memory();
    arkive::test::begin_failing_allocations();
    auto done = arkive::test::do_deed(arguments[1], arguments[2], arguments[3], std::atoi(arguments[4]));
    arkive::test::end_failing_allocations();
    return done;
  });
}
