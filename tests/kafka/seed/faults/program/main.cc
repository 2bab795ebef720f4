// What the sweeps over fault points kill and fail:
//   seed_fault_program STORE zookeeper|kraft DIRECTORY...    seeds broker 1 from the newest run
// Exit statuses: those of tests/support/fault_program.h; 3 not whole.
#include <string>

#include "kafka/archive/runs.h"
#include "kafka/seed/seed.h"
#include "stores/directory/directory_store.h"
#include "tests/support/fault_program.h"

namespace {

arkive::Result<int> work(const std::vector<std::string>& words) {
  using namespace arkive::kafka;
  using arkive::Deadline;
  ARKIVE_ASSIGN(const auto store, arkive::DirectoryStore::open(words[0]));
  ARKIVE_ASSIGN(const auto runs, archive_runs(*store, "main", Deadline::never()));
  ARKIVE_ASSIGN(const ArchiveIndex index, read_index(*store, runs.back(), Deadline::never()));
  std::vector<ArchivedTopic> topics;
  for (const auto& entry : index.topics) {
    ARKIVE_ASSIGN(ArchivedTopic topic, read_topic(*store, entry, Deadline::never()));
    topics.push_back(std::move(topic));
  }
  SeedOptions options;
  options.broker = 1;
  options.workers = 1;  // the order of operations is the same in every run
  options.into_kraft = words[1] == "kraft";
  options.log_directories.assign(words.begin() + 2, words.end());
  ARKIVE_ASSIGN(const SeedReport report, seed(*store, "main", index, topics, options));
  return report.missing.empty() ? 0 : 3;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) return 2;
  return arkive::test::fault_program([&] { return work({arguments + 1, arguments + count}); });
}
