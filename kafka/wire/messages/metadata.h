/// Metadata (MetadataRequest.json, MetadataResponse.json; topic ids: KIP-516), versions 5 to 12.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kafka/log_source.h"
#include "kafka/wire/messages/api.h"

namespace arkive::kafka::wire {

/// Bit of AclOperation.WRITE.
inline constexpr std::uint32_t kMayWrite = 1U << 4;

struct TopicMetadata {
  std::int16_t error = 0;
  TopicFacts facts;  ///< its `error` is left empty; partitions ascending
  /// What this user may do with the topic, a bit for each operation (AclOperation.java; KIP-430); nothing:
  /// not asked for, or before version 8.
  std::optional<std::uint32_t> operations;
};

struct Metadata {
  std::chrono::milliseconds throttle{0};
  ClusterFacts cluster;
  std::vector<TopicMetadata> topics;  ///< ascending by name
};

/// All topics.
Request all_metadata_request(std::int16_t version);
/// These topics only; none: brokers alone. Never makes a topic.
/// `operations`: with TopicMetadata::operations, where the version has them.
Request metadata_request(std::int16_t version, std::span<const std::string> topics, bool operations = false);
Result<Metadata> read_metadata(Bytes body, std::int16_t version);

}  // namespace arkive::kafka::wire
