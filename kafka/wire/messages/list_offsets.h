/// ListOffsets (ListOffsetsRequest.json, ListOffsetsResponse.json), versions 2 to 7; and
/// OffsetForLeaderEpoch (KIP-320), versions 2 to 4.
#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "kafka/log_source.h"
#include "kafka/wire/messages/api.h"

namespace arkive::kafka::wire {

inline constexpr std::int64_t kEndOfLog = -1;    ///< instead of a time
inline constexpr std::int64_t kStartOfLog = -2;  ///< as above

/// What is asked of all partitions alike.
struct OffsetQuestion {
  std::int64_t time = kEndOfLog;  ///< milliseconds, or one of the above
  bool committed_only = false;    ///< the end is then the last stable offset, otherwise the high watermark
};

struct OffsetAnswer {
  TopicPartition partition;
  std::int16_t error = 0;
  std::int64_t offset = -1;
};

/// No partition twice: brokers refuse the request.
Request list_offsets_request(std::int16_t version, std::span<const TopicPartition> partitions,
                             const OffsetQuestion& question);

struct ListOffsets {
  std::chrono::milliseconds throttle{0};
  std::vector<OffsetAnswer> offsets;
};
Result<ListOffsets> read_list_offsets(Bytes body, std::int16_t version);

Request epoch_end_request(std::int16_t version, const TopicPartition& partition, std::int32_t epoch);

struct EpochEnd {
  std::chrono::milliseconds throttle{0};
  std::int16_t error = 0;
  LeaderEpochStart end{-1, -1};  ///< -1, -1: the leader knows none
};
Result<EpochEnd> read_epoch_end(Bytes body, std::int16_t version);

}  // namespace arkive::kafka::wire
