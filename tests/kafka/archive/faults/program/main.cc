// What the sweeps over fault points kill and fail:
//   archive_fault_program STORE K     archives state K of the cluster of history.h
// Exit statuses: those of tests/support/fault_program.h; 3 not whole.
#include <cstdlib>

#include "stores/directory/directory_store.h"
#include "tests/kafka/archive/faults/history.h"
#include "tests/support/fault_program.h"

namespace {

arkive::Result<int> work(const std::string& path, int k) {
  using namespace arkive::kafka;
  ARKIVE_ASSIGN(const auto store, arkive::DirectoryStore::open(path));
  test::ScriptedCluster cluster;
  test::make_history(cluster, k);
  test::ScriptedLogSource source(cluster);
  ARKIVE_ASSIGN(const ArchiveReport report, archive(source, *store, test::history_request(k)));
  return report.manifest.whole ? 0 : 3;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  return arkive::test::fault_program([&] { return work(arguments[1], std::atoi(arguments[2])); });
}
