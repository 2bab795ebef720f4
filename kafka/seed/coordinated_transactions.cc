#include "kafka/seed/coordinated_transactions.h"

#include <algorithm>
#include <map>
#include <string>

#include "kafka/archive/archived_log.h"
#include "kafka/log/transaction_state.h"

namespace arkive::kafka {

Result<CoordinatedTransactions> coordinated_transactions(const Store& store, std::string_view cluster,
                                                         const std::vector<ArchivedTopic>& topics,
                                                         Deadline deadline) {
  CoordinatedTransactions found;
  for (const ArchivedTopic& topic : topics) {
    if (topic.name != kTransactionStateTopic) continue;
    for (const ArchivedPartition& partition : topic.partitions) {
      std::map<std::string, TransactionState, std::less<>> by_id;
      ArchivedLog log(store, cluster, topic, partition, deadline);
      ARKIVE_TRY(log.for_each_record(log.first_offset(), log.next_offset(),
                                     [&](const RecordPlace& place, const Record& record) -> Result<Walk> {
                                       if (place.control || !record.key) return Walk::kOn;
                                       TransactionState& state = by_id[std::string(*record.key)];
                                       state = record.value ? TransactionState::read(*record.value)
                                                            : TransactionState{};
                                       found.highest_producer_id =
                                           std::max(found.highest_producer_id, state.producer_id);
                                       return Walk::kOn;
                                     }));
      for (const auto& [id, state] : by_id) {
        if (state.under_way) found.under_way.insert(state.producer_id);
      }
    }
  }
  return found;
}

}  // namespace arkive::kafka
