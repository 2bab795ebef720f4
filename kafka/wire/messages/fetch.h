/// Fetch (FetchRequest.json, FetchResponse.json), versions 4 to 13: without a session (id 0, epoch -1), by
/// topic id from version 13 on (KIP-516), with the leader's epoch from version 9 on (KIP-320).
#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "kafka/log_source.h"
#include "kafka/wire/messages/api.h"

namespace arkive::kafka::wire {

/// From this version on every topic is named by its id alone.
inline constexpr std::int16_t kFetchByTopicId = 13;

/// Brokers answer in the order of `wants`.
Request fetch_request(std::int16_t version, std::span<const FetchWant> wants, const FetchLimits& limits,
                      std::chrono::milliseconds most_wait);

struct FetchedPartition {
  Bytes topic;       ///< until version 12
  TopicId topic_id;  ///< from version 13 on
  std::int32_t partition = 0;
  std::int16_t error = 0;
  std::int64_t high_watermark = -1;
  std::int64_t last_stable_offset = -1;
  std::int64_t log_start = -1;  ///< -1 also before version 5
  Bytes records;
  std::vector<AbortedTransaction> aborted;
};

struct Fetched {
  std::chrono::milliseconds throttle{0};
  std::int16_t error = 0;  ///< of the whole request
  std::vector<FetchedPartition> partitions;
};

/// Everything in `fetched` points into `body`. What it held before is reused.
Status read_fetch(Bytes body, std::int16_t version, Fetched& fetched);

}  // namespace arkive::kafka::wire
