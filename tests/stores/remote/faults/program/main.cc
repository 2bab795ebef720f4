// Tells the story of the sweep: remote_fault_program KIND URL.
#include "tests/stores/remote/faults/story.h"
#include "tests/support/fault_program.h"

int main(int count, char** arguments) {
  if (count != 3) return 2;
  return arkive::test::fault_program([&]() -> arkive::Result<int> {
    ARKIVE_ASSIGN(const auto kind, arkive::test::scripted_kind(arguments[1]));
    return arkive::test::tell_story(kind, arguments[2]);
  });
}
