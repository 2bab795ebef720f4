// A replay of the newest run in a store into a target that outlives the process:
//   replay_fault_program STORE JOURNAL TARGET
#include "kafka/archive/runs.h"
#include "kafka/replay/replay.h"
#include "stores/directory/directory_store.h"
#include "tests/kafka/replay/faults/outliving_target.h"
#include "tests/support/fault_program.h"

namespace arkive::kafka::test {
namespace {

Result<int> work(const std::string& path, const std::string& journal, const std::string& target_path) {
  ARKIVE_ASSIGN(const auto store, DirectoryStore::open(path));
  ARKIVE_ASSIGN(const std::vector<Manifest> runs, archive_runs(*store, "main", Deadline::never()));
  ARKIVE_ASSIGN(const ArchiveIndex index, read_index(*store, runs.back(), Deadline::never()));
  OutlivingTarget outliving(target_path);
  ScriptedLogSource source(outliving.cluster());
  ScriptedLogTarget target(outliving.brokers());
  ReplayRequest request;
  request.archive = {store.get(), path, "main", runs.back().id, &index};
  request.journal = journal;
  request.work.workers = 1;
  request.work.patience = std::chrono::seconds(5);
  ARKIVE_ASSIGN(const ReplayReport report, replay(request, source, target));
  if (report.complete) return 0;
  return fail(Outcome::kFail, "'orders' is not complete: " + report.topics.at(0).errors.at(0));
}

}  // namespace
}  // namespace arkive::kafka::test

int main(int, char** arguments) {
  return arkive::test::fault_program(
      [&] { return arkive::kafka::test::work(arguments[1], arguments[2], arguments[3]); });
}
