/// What a stored record batch becomes before a producer may append it to another log (batch.h has the
/// layout).
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "kafka/log/batch.h"
#include "kafka/log/compressor.h"
#include "kafka/log_target.h"
#include "stores/core/bytes.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// Whether brokers take this batch from a producer when only its header is made anew (as_producers_batch()):
/// magic 2, no control batch, not empty, as many records as offsets (else INVALID_RECORD), and timestamps
/// that are the records' own, counted from the base timestamp: no delete horizon, no log append time. All
/// else must be encoded anew.
bool may_go_as_it_is(const LogEntry& batch);

/// Writes into `batch`, all bytes of one batch of which may_go_as_it_is() holds: base offset 0, no leader
/// epoch, the identity and sequence number, no transaction; and the CRC.
void as_producers_batch(std::span<char> batch, const ProducerIdentity& producer, std::int32_t base_sequence);

/// Appends `batch`, which is not compressed, to `to`, its records compressed; as it is with kNone. Errors as
/// Compressor::compress().
Status append_compressed(Bytes batch, Codec codec, Compressor& compressor, std::string& to);

/// The sequence number of the record after `records` others, as brokers count: 0 follows 2^31 - 1
/// (DefaultRecordBatch.incrementSequence in clients, 3.9).
constexpr std::int32_t sequence_after(std::int64_t records) {
  return static_cast<std::int32_t>(records & 0x7fffffff);
}

}  // namespace arkive::kafka
