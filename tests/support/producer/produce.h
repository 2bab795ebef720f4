/// Producing: made-up records into one topic, batch by batch, with transactions if wished.
#pragma once

#include <cstdint>
#include <string>

#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "tests/support/producer/connection.h"
#include "tests/support/producer/records.h"

namespace arkive::producer {

/// How the last transaction ends.
enum class LastTransaction : std::uint8_t {
  kCommit,
  kAbort,
  kOpen  ///< not at all: its records are in the log, see `hold`
};

struct ProduceWishes {
  std::string topic;
  std::uint64_t records = 1;
  std::uint64_t first_record = 0;  ///< the number of the first: where an earlier run ended
  RecordWishes record;
  std::int32_t partition = 0;   ///< the first that is written to
  std::int32_t partitions = 1;  ///< how many; record by record the next one
  std::string codec = "none";   ///< none, gzip, snappy, lz4, zstd
  /// Records in each batch: after so many for each partition, waits until all are in the log. 0: as
  /// librdkafka likes.
  std::uint64_t batch_records = 0;

  std::string transaction{};              ///< the transactional id; empty: no transactions
  std::uint64_t transaction_records = 0;  ///< in each; 0: all in one
  std::uint64_t abort_every = 0;          ///< each N-th is aborted; 0: none
  LastTransaction last = LastTransaction::kCommit;

  /// After so many records (all in the log) prints {"waiting":true} and goes on when a line comes on standard
  /// input, with the same client. 0: does not wait.
  std::uint64_t wait_after = 0;

  bool quiet = false;  ///< prints one summary instead of each record: {"records":N,"value_bytes":N}
};

/// Produces, and prints each record once the broker has it, with its offset and timestamp as the broker gave
/// them (lines.h). Within a partition the lines are in the order of offsets. kFail when the broker refused a
/// record, kRetry when `deadline` passed.
///
/// `hold`, if there is one, is called at the very end with the client still open. To leave a transaction open
/// it must not return: closing the client aborts it.
Status produce(const Connection& connection, const ProduceWishes& wishes, Deadline deadline,
               void (*hold)() = nullptr);

}  // namespace arkive::producer
