// What the fault tests kill and fail:
//   store_fault_program KIND PLACE write K     writes run K
//   store_fault_program KIND PLACE prune K     prunes run K
// Exit statuses: those of tests/support/fault_program.h.
#include <cstdlib>

#include "tests/contract/faults/history.h"
#include "tests/support/fault_program.h"

int main(int count, char** arguments) {
  if (count != 5) return 2;
  return arkive::test::fault_program([&] {
    return arkive::test::do_deed(arguments[1], arguments[2], arguments[3], std::atoi(arguments[4]));
  });
}
