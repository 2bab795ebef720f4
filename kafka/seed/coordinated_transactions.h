/// What the transaction coordinators of an archived cluster knew, told from __transaction_state.
///
/// Value of a record, big-endian (TransactionLogValue.json, versions 0 and 1 begin alike): version i16 |
/// producer id i64 | producer epoch i16 | timeout i32 | status i8: 0 empty, 1 ongoing, 2 and 3 about to
/// commit or abort, 4 and 5 done, 6 dead, 7 about to fence. The last record of a transactional id counts.
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
