// The example of docs/format-observation.md is what the code writes and reads.
#include "stores/core/files.h"
#include "tests/restore-plans/observe/observations.h"

namespace arkive::restore_plans::test {
namespace {

/// The block of the page that follows the mark, without its indentation.
std::string example_of_page() {
  const std::string page = value_of(read_file(FORMAT_OBSERVATION_PAGE));
  std::size_t at = page.find("<!-- example: observation -->");
  EXPECT_NE(at, std::string::npos);
  at = page.find("\n\n", at) + 2;
  std::string block;
  while (page.compare(at, 4, "    ") == 0) {
    const std::size_t end = page.find('\n', at) + 1;
    block += page.substr(at + 4, end - at - 4);
    at = end;
  }
  return block;
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
