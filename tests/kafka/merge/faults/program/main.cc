// What the sweeps over fault points kill and fail:
//   merge_fault_program KIND STORE     merges the cluster "main"
// Exit statuses: those of tests/support/fault_program.h. A source that is damaged is an error here.
#include "tests/kafka/merge/faults/merge_request.h"
#include "tests/kafka/prune/faults/places.h"
#include "tests/support/fault_program.h"

namespace {

arkive::Result<int> work(const std::string& kind, const std::string& path) {
  using namespace arkive::kafka;
  ARKIVE_ASSIGN(const test::PrunedPlace place, test::open_place(kind, path));
  ARKIVE_ASSIGN(const MergeReport report, merge(*place.store, test::fault_merge_request()));
  if (!report.damaged.empty()) {
    return arkive::fail(arkive::Outcome::kCorrupt,
                        report.damaged.front().object + ": " + report.damaged.front().what);
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  return arkive::test::fault_program([&] { return work(arguments[1], arguments[2]); });
}
