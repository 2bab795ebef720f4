#include "kafka/recovery/archived_producers.h"

#include <algorithm>

#include "kafka/archive/archived_log.h"
#include "kafka/seed/coordinated_transactions.h"

namespace arkive::kafka {

Result<std::int64_t> highest_archived_producer_id(
    const Store& store, std::string_view cluster, const std::vector<ArchivedTopic>& topics, Deadline deadline,
    const std::function<void(std::uint64_t bytes)>& on_progress) {
  ARKIVE_ASSIGN(const CoordinatedTransactions coordinated,
                coordinated_transactions(store, cluster, topics, deadline));
  std::int64_t highest = coordinated.highest_producer_id;
  for (const ArchivedTopic& topic : topics) {
    for (const ArchivedPartition& partition : topic.partitions) {
      ArchivedLog log(store, cluster, topic, partition, deadline);
      ARKIVE_TRY(log.for_each_entry(log.first_offset(), log.next_offset(),
                                    [&](const LogEntry& entry, Fate) -> Result<Walk> {
                                      highest = std::max(highest, entry.producer_id);
                                      if (on_progress) on_progress(entry.bytes.size());
                                      return Walk::kOn;
                                    }));
    }
  }
  return highest;
}

}  // namespace arkive::kafka
