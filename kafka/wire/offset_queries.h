/// Offsets of many partitions, asked of all their leaders at the same time. Internal to kafka/wire.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "kafka/wire/cluster.h"
#include "kafka/wire/messages/list_offsets.h"

namespace arkive::kafka::wire {

/// How long a partition's own trouble (no leader, a leader that moves) is waited for, within the deadline.
inline constexpr std::chrono::seconds kPartitionPatience{30};
/// The same for a topic or partition that brokers do not know: it may just have been made.
inline constexpr std::chrono::seconds kUnknownPatience{2};

struct OffsetsOfPartition {
  std::vector<std::int64_t> offsets;  ///< one per question
  std::int16_t error = 0;
  std::string error_text;  ///< empty: none
};

/// The answers in the order of `partitions`. Each leader gets the questions one after the other, in their
/// order, without waiting in between. kRetry when no leader at all answered in time.
Result<std::vector<OffsetsOfPartition>> ask_offsets(Cluster& cluster,
                                                    std::span<const TopicPartition> partitions,
                                                    std::span<const OffsetQuestion> questions,
                                                    Deadline deadline);

}  // namespace arkive::kafka::wire
