// The example of docs/format-observation.md is what the code writes and reads.
#include "stores/core/files.h"
#include "tests/restore-plans/observe/observations.h"
#include "tests/support/page_block.h"

namespace arkive::restore_plans::test {
namespace {

std::string example_of_page() {
  return arkive::test::page_block(FORMAT_OBSERVATION_PAGE, "<!-- example: observation -->");
}

Observation example() {
  Observation seen = some_observation();
  seen.logs.clear();
  return seen;
}

TEST(FormatObservationPage, ShowsAnObservationAsItIs) {
  EXPECT_EQ(example_of_page(), example().to_json()) << example().to_json();
  EXPECT_EQ(value_of(Observation::from_json(example_of_page())), example());
}

}  // namespace
}  // namespace arkive::restore_plans::test
