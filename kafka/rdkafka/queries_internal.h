/// Questions to a cluster, asked through librdkafka, and offsets committed.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "kafka/log_target.h"
#include "kafka/rdkafka/client_internal.h"

namespace arkive::kafka::rdkafka {

using Metadata = Handle<const rd_kafka_metadata_t, rd_kafka_metadata_destroy>;

enum class Topics : std::uint8_t { kAll, kNone };
/// From any broker.
Result<Metadata> ask_metadata(const Client& client, Topics topics, Deadline deadline);

/// One ListOffsets: what is asked and through which client, for its isolation level decides what "latest" is.
struct OffsetQuestion {
  static constexpr std::int64_t kLatest = -1;
  static constexpr std::int64_t kEarliest = -2;
  const Client* client;
  std::int64_t timestamp;
};

struct AskedOffsets {
  std::vector<std::int64_t> offsets;  ///< one per question; -1: none
  std::string error;
  Outcome outcome = Outcome::kRetry;  ///< of the error
};

/// In the order of `partitions`. All leaders are asked at the same time, each the questions one after the
/// other. One that does not answer spoils its own partitions only. kRetry when none at all answered in time.
Result<std::vector<AskedOffsets>> ask_offsets(std::span<const TopicPartition> partitions,
                                              std::span<const OffsetQuestion> questions, Deadline deadline);

Result<std::vector<TopicConfigs>> ask_topic_configs(const Client& client, std::span<const std::string> topics,
                                                    Deadline deadline);

/// Through clients of its own.
Result<std::vector<GroupFacts>> ask_groups(const Settings& settings, Deadline deadline);

/// As LogTarget::commit().
Result<std::vector<ItemAnswer>> commit_offsets(const Client& client, const std::string& group,
                                               std::span<const CommittedOffset> offsets, Deadline deadline);

}  // namespace arkive::kafka::rdkafka
