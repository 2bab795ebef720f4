/// CreateTopics, versions 1 to 7, and DeleteTopics, versions 1 to 6 (CreateTopicsRequest.json,
/// DeleteTopicsRequest.json; defaults of the cluster: KIP-464, CreateTopics from version 4).
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "kafka/topic_admin.h"
#include "kafka/wire/messages/api.h"

namespace arkive::kafka::wire {

/// The brokers wait up to `wait` until the topics are made.
Request create_topics_request(std::int16_t version, std::span<const NewTopic> topics, bool validate_only,
                              std::chrono::milliseconds wait);
Request delete_topics_request(std::int16_t version, std::span<const std::string> topics,
                              std::chrono::milliseconds wait);

/// What became of a topic.
struct TopicChanged {
  std::string topic;
  std::int16_t error = 0;
  std::string message;  ///< the broker's words, if any
};

struct TopicsChanged {
  std::chrono::milliseconds throttle{0};
  std::vector<TopicChanged> topics;
};
Result<TopicsChanged> read_create_topics(Bytes body, std::int16_t version);
Result<TopicsChanged> read_delete_topics(Bytes body, std::int16_t version);

}  // namespace arkive::kafka::wire
