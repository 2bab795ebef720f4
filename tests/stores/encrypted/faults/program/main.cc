// What the sweeps over fault points kill and fail:
//   encrypted_fault_program STORE FIRST-KEY SECOND-KEY
// Exit statuses: those of tests/support/fault_program.h.
#include "tests/stores/encrypted/faults/story.h"
#include "tests/support/fault_program.h"

int main(int count, char** arguments) {
  if (count != 4) return 2;
  return arkive::test::fault_program(
      [&] { return arkive::test::tell_story(arguments[1], arguments[2], arguments[3]); });
}
