/// InitProducerId (InitProducerIdRequest.json, versions 0 to 4) and Produce (ProduceRequest.json, versions 3
/// to 11; KIP-98), both without a transactional id; Produce with acks=all.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "kafka/log_target.h"
#include "kafka/wire/messages/api.h"

namespace arkive::kafka::wire {

/// From this version on brokers take batches of zstd (KIP-110).
inline constexpr std::int16_t kProduceZstd = 7;

Request init_producer_id_request(std::int16_t version);

struct InitProducerId {
  std::chrono::milliseconds throttle{0};
  std::int16_t error = 0;
  ProducerIdentity producer;
};
Result<InitProducerId> read_init_producer_id(Bytes body, std::int16_t version);

/// The batches are not copied: they must stay until the request was sent. Partitions of one topic must stand
/// together. `timeout`: how long the leader may wait for its followers.
Request produce_request(std::int16_t version, std::span<const AppendWant> wants,
                        std::chrono::milliseconds timeout);

struct ProducedPartition {
  TopicPartition partition;
  std::int16_t error = 0;
  std::int64_t base_offset = -1;
  std::int64_t log_start = -1;  ///< -1 also before version 5
  std::string message;          ///< the broker's own words; empty before version 8
};

struct Produced {
  std::chrono::milliseconds throttle{0};
  std::vector<ProducedPartition> partitions;
};
Result<Produced> read_produce(Bytes body, std::int16_t version);

}  // namespace arkive::kafka::wire
