/// ProducerStates: what a broker remembers of the producers of one partition, told from its log, and the file
/// <20-digit log end offset>.snapshot in which it keeps that over a shutdown in good order.
///
/// Format, big-endian (ProducerStateManager.java in
/// storage/src/main/java/org/apache/kafka/storage/internals/log, 3.9; the same since 0.11):
///   version i16 = 1 | crc u32: CRC-32C of all that follows | count i32 | entries of 46 bytes:
///   producer id i64 | epoch i16 | last sequence i32 | last offset i64 | offset delta i32 | timestamp i64 |
///   coordinator epoch i32 | first offset of the open transaction i64
/// Last sequence, last offset and offset delta (last - first) are those of the last batch of records of that
/// epoch: -1, -1, 0 when there is none; no open transaction: -1; no marker yet: coordinator epoch -1.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "kafka/log/batch.h"
#include "stores/core/result.h"
#include "stores/core/time.h"

namespace arkive::kafka {

struct ProducerState {
  std::int16_t epoch = -1;
  std::int32_t last_sequence = -1;
  std::int64_t last_offset = -1;
  std::int32_t offset_delta = 0;
  UnixMilliseconds timestamp = kNoTimestamp;
  std::int32_t coordinator_epoch = -1;
  std::int64_t transaction_start = -1;
  bool operator==(const ProducerState&) const = default;
};

/// Not thread-safe. Some 100 bytes a producer.
class ProducerStates {
 public:
  /// The next entry of the log. kCorrupt as control_marker().
  Status append(const LogEntry& entry);
  const std::map<std::int64_t, ProducerState>& states() const { return states_; }  ///< by producer id

  /// What a cluster may be told that hands out producer ids and coordinator epochs of its own: open
  /// transactions alone, which somebody has to end, and no coordinator epoch. Else it would take the batches
  /// of its new producers for those that another one sent, and its coordinators for older ones.
  ProducerStates of_open_transactions() const;

  std::string snapshot() const;
  /// kCorrupt.
  static Result<ProducerStates> parse(std::string_view snapshot);

 private:
  std::map<std::int64_t, ProducerState> states_;
};

}  // namespace arkive::kafka
