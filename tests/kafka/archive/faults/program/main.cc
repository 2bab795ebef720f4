// What the sweeps over fault points kill and fail:
//   archive_fault_program STORE K     archives state K of the cluster of history.h
// Exit statuses: 0 whole, 1 an error (its text on standard error), 3 not whole, 70 as
// tests/support/failing_syncs.h says.

#include <signal.h>

#include <cstdio>
#include <cstdlib>

#include "stores/directory/directory_store.h"
#include "tests/kafka/archive/faults/history.h"
#include "tests/support/failing_syncs.h"

namespace {

arkive::Result<int> work(const std::string& path, int k) {
  using namespace arkive::kafka;
  ARKIVE_ASSIGN(const auto store, arkive::DirectoryStore::open(path));
  test::ScriptedCluster cluster;
  test::make_history(cluster, k);
  test::ScriptedLogSource source(cluster);
  ARKIVE_ASSIGN(const ArchiveReport report, archive(source, *store, test::history_request()));
  return report.manifest.whole ? 0 : 3;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  ::signal(SIGXFSZ, SIG_IGN);
  const auto done = work(arguments[1], std::atoi(arguments[2]));
  if (done) return *done;
  std::fprintf(stderr, "%s: %s\n", std::string(arkive::outcome_name(done.error().outcome)).c_str(),
               done.error().what.c_str());
  return 1;
}
