#include "kafka/log/transaction_state.h"

namespace arkive::kafka {

TransactionState TransactionState::read(Bytes value) {
  constexpr std::size_t kIdAt = 2;
  constexpr std::size_t kStatusAt = 16;
  TransactionState state;
  if (value.size() <= kStatusAt) return state;
  state.producer_id = load_big_endian<std::int64_t>(value.data() + kIdAt);
  const auto status = static_cast<unsigned char>(value[kStatusAt]);
  state.under_way = (status >= 1 && status <= 3) || status == 7;
  return state;
}

}  // namespace arkive::kafka
