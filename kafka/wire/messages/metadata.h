/// Metadata (MetadataRequest.json, MetadataResponse.json; topic ids: KIP-516), versions 5 to 12.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "kafka/log_source.h"
#include "kafka/wire/messages/api.h"

namespace arkive::kafka::wire {

struct TopicMetadata {
  std::int16_t error = 0;
  TopicFacts facts;  ///< its `error` is left empty; partitions ascending
};

struct Metadata {
  std::chrono::milliseconds throttle{0};
  ClusterFacts cluster;
  std::vector<TopicMetadata> topics;  ///< ascending by name
};

/// All topics.
Request all_metadata_request(std::int16_t version);
/// These topics only; none: brokers alone. Never makes a topic.
Request metadata_request(std::int16_t version, std::span<const std::string> topics);
Result<Metadata> read_metadata(Bytes body, std::int16_t version);

}  // namespace arkive::kafka::wire
