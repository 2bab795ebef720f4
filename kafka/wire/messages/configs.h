/// DescribeConfigs (KIP-133; sources: KIP-226), versions 1 to 4.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "kafka/log_source.h"
#include "kafka/wire/messages/api.h"

namespace arkive::kafka::wire {

struct ConfigResource {
  /// ConfigResource.java
  enum class Kind : std::int8_t { kTopic = 2, kBroker = 4 };
  Kind kind = Kind::kTopic;
  std::string name;  ///< of a broker its id; empty: the defaults of all brokers
  bool operator==(const ConfigResource&) const = default;
};

/// All configurations of these.
Request describe_configs_request(std::int16_t version, std::span<const ConfigResource> resources);
/// All configurations of these topics.
Request topic_configs_request(std::int16_t version, std::span<const std::string> topics);

struct DescribedConfigs {
  std::int16_t error = 0;
  TopicConfigs configs;  ///< its `topic` also names a broker; its `error` holds the broker's words, if any
};

struct DescribeConfigs {
  std::chrono::milliseconds throttle{0};
  std::vector<DescribedConfigs> topics;
};
Result<DescribeConfigs> read_describe_configs(Bytes body, std::int16_t version);

}  // namespace arkive::kafka::wire
