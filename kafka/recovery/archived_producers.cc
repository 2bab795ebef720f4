#include "kafka/recovery/archived_producers.h"

#include <algorithm>

#include "kafka/archive/archived_log.h"
#include "kafka/seed/coordinated_transactions.h"

namespace arkive::kafka {

namespace {

bool is_damage(const Error& error) {
  return error.outcome == Outcome::kCorrupt || error.outcome == Outcome::kNotFound;
}

void name_it(std::vector<Missing>* unreadable, std::string object, const Error& error) {
  if (unreadable != nullptr) unreadable->push_back({std::move(object), error.what});
}

}  // namespace

Result<std::int64_t> highest_archived_producer_id(
    const Store& store, std::string_view cluster, const std::vector<ArchivedTopic>& topics, Deadline deadline,
    std::vector<Missing>* unreadable, const std::function<void(std::uint64_t bytes)>& on_progress) {
  std::int64_t highest = -1;
  const auto coordinated = coordinated_transactions(store, cluster, topics, deadline);
  if (coordinated) highest = coordinated->highest_producer_id;
  if (!coordinated && !is_damage(coordinated.error())) return fail(Error(coordinated.error()));
  for (const ArchivedTopic& topic : topics) {
    for (const ArchivedPartition& partition : topic.partitions) {
      ArchivedLog log(store, cluster, topic, partition, deadline);
      const Status read = log.for_each_entry(log.first_offset(), log.next_offset(),
                                             [&](const LogEntry& entry, Fate) -> Result<Walk> {
                                               highest = std::max(highest, entry.producer_id);
                                               if (on_progress) on_progress(entry.bytes.size());
                                               return Walk::kOn;
                                             });
      if (read) continue;
      if (!is_damage(read.error())) return fail(Error(read.error()));
      name_it(unreadable, "partition " + topic.name + "-" + std::to_string(partition.partition),
              read.error());
    }
  }
  return highest;
}

}  // namespace arkive::kafka
