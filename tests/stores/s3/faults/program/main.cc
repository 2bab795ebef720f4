// Tells the story of the sweep: s3_fault_program ENDPOINT.
#include "tests/stores/s3/faults/story.h"
#include "tests/support/fault_program.h"

int main(int count, char** arguments) {
  if (count != 2) return 2;
  return arkive::test::fault_program([&] { return arkive::test::tell_story(arguments[1]); });
}
