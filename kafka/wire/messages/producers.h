/// DescribeProducers (version 0, brokers since 2.8; KIP-664, DescribeProducersResponse.json): who writes to a
/// partition, and in which transaction.
#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "kafka/log_source.h"
#include "kafka/wire/messages/api.h"

namespace arkive::kafka::wire {

/// `partitions` sorted, so that those of one topic stand together.
Request describe_producers_request(std::int16_t version, std::span<const TopicPartition> partitions);

struct ProducersOfPartition {
  TopicPartition partition;
  std::int16_t error = 0;
  std::vector<ActiveProducer> producers;
};

struct DescribeProducers {
  std::chrono::milliseconds throttle{0};
  std::vector<ProducersOfPartition> partitions;
};
Result<DescribeProducers> read_describe_producers(Bytes body, std::int16_t version);

}  // namespace arkive::kafka::wire
