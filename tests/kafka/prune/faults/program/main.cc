// What the sweeps over fault points kill and fail:
//   prune_fault_program KIND STORE     prunes the cluster "main" to its newest two
// Exit statuses: those of tests/support/fault_program.h. A removal that is refused is an error here.
#include "tests/kafka/prune/faults/places.h"
#include "tests/support/fault_program.h"

namespace {

arkive::Result<int> work(const std::string& kind, const std::string& path) {
  using namespace arkive::kafka;
  ARKIVE_ASSIGN(const test::PrunedPlace place, test::open_place(kind, path));
  ARKIVE_ASSIGN(const PruneOutcome outcome, prune(test::prune_request(place)));
  if (!outcome.refused.empty()) return arkive::fail(arkive::Outcome::kDenied, outcome.refused.front().what);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  return arkive::test::fault_program([&] { return work(arguments[1], arguments[2]); });
}
