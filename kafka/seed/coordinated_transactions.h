/// What the transaction coordinators of an archived cluster knew, told from __transaction_state
/// (kafka/log/transaction_state.h).
#pragma once

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "kafka/archive/contents.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/store.h"

namespace arkive::kafka {

struct CoordinatedTransactions {
  /// Of the producers whose transaction a coordinator will end by itself.
  std::set<std::int64_t> under_way;
  std::int64_t highest_producer_id = -1;  ///< of all transactional ids; -1: there is none
};

/// Nothing is known when `topics` has no __transaction_state. kCorrupt and kNotFound name the object.
Result<CoordinatedTransactions> coordinated_transactions(const Store& store, std::string_view cluster,
                                                         const std::vector<ArchivedTopic>& topics,
                                                         Deadline deadline);

}  // namespace arkive::kafka
