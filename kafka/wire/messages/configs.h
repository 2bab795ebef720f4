/// DescribeConfigs (KIP-133; sources: KIP-226), versions 1 to 4.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "kafka/log_source.h"
#include "kafka/wire/messages/api.h"

namespace arkive::kafka::wire {

/// All configurations of these topics.
Request topic_configs_request(std::int16_t version, std::span<const std::string> topics);

struct DescribedConfigs {
  std::int16_t error = 0;
  TopicConfigs configs;  ///< its `error` holds the broker's words, if any
};

struct DescribeConfigs {
  std::chrono::milliseconds throttle{0};
  std::vector<DescribedConfigs> topics;
};
Result<DescribeConfigs> read_describe_configs(Bytes body, std::int16_t version);

}  // namespace arkive::kafka::wire
