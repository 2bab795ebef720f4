/// What a transaction coordinator remembers of a transactional id: the value of a record of
/// __transaction_state, whose key holds the id. The last record of an id counts; one without a value: the id
/// was forgotten.
///
/// Format, big-endian (TransactionLogValue.json in transaction-coordinator/src/main/resources/common/message;
/// versions 0 and 1 begin alike): version i16 | producer id i64 | producer epoch i16 | timeout i32 |
/// status i8: 0 empty, 1 ongoing, 2 and 3 about to commit or abort, 4 and 5 done, 6 dead, 7 about to fence.
#pragma once

#include <cstdint>
#include <string_view>

#include "stores/core/bytes.h"

namespace arkive::kafka {

inline constexpr std::string_view kTransactionStateTopic = "__transaction_state";

struct TransactionState {
  std::int64_t producer_id = -1;
  bool under_way = false;  ///< a coordinator will end it by itself
  /// Of a value that is cut short: as of no transaction.
  static TransactionState read(Bytes value);
  bool operator==(const TransactionState&) const = default;
};

}  // namespace arkive::kafka
