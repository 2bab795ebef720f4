#include "kafka/seed/coordinated_transactions.h"

#include <algorithm>
#include <map>
#include <string>

#include "kafka/archive/archived_log.h"

namespace arkive::kafka {
namespace {

constexpr std::size_t kIdAt = 2;
constexpr std::size_t kStatusAt = 16;

struct State {
  std::int64_t producer_id = -1;
  bool under_way = false;
};

State state_of(Bytes value) {
  State state;
  if (value.size() <= kStatusAt) return state;
  state.producer_id = load_big_endian<std::int64_t>(value.data() + kIdAt);
  const auto status = static_cast<unsigned char>(value[kStatusAt]);
  state.under_way = (status >= 1 && status <= 3) || status == 7;
  return state;
}

}  // namespace

Result<CoordinatedTransactions> coordinated_transactions(const Store& store, std::string_view cluster,
                                                         const std::vector<ArchivedTopic>& topics,
                                                         Deadline deadline) {
  CoordinatedTransactions found;
  for (const ArchivedTopic& topic : topics) {
    if (topic.name != "__transaction_state") continue;
    for (const ArchivedPartition& partition : topic.partitions) {
      std::map<std::string, State, std::less<>> by_id;
      ArchivedLog log(store, cluster, topic, partition, deadline);
      ARKIVE_TRY(log.for_each_record(log.first_offset(), log.next_offset(),
                                     [&](const RecordPlace& place, const Record& record) -> Result<Walk> {
                                       if (place.control || !record.key) return Walk::kOn;
                                       State& state = by_id[std::string(*record.key)];
                                       state = record.value ? state_of(*record.value) : State{};
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
