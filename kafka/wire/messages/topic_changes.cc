#include "kafka/wire/messages/topic_changes.h"

namespace arkive::kafka::wire {
namespace {

void write_topic(Writer& to, const NewTopic& topic) {
  const bool chosen = !topic.assignment.empty();
  to.string(topic.name);
  to.int32(chosen ? -1 : topic.partitions);
  to.int16(chosen ? std::int16_t{-1} : topic.replication_factor);
  to.array(topic.assignment.size());
  for (std::size_t partition = 0; partition < topic.assignment.size(); ++partition) {
    to.int32(static_cast<std::int32_t>(partition));
    to.array(topic.assignment[partition].size());
    for (const std::int32_t broker : topic.assignment[partition]) to.int32(broker);
    to.end();
  }
  to.array(topic.configs.size());
  for (const auto& [name, value] : topic.configs) {
    to.string(name);
    to.string(value);
    to.end();
  }
  to.end();
}

// What the topic looks like that was made, from version 5 on.
void pass_over_description(Reader& from) {
  constexpr std::size_t kConfigSize = 6;
  (void)from.int32();  // partitions
  (void)from.int16();  // replication factor
  for (std::size_t left = from.array(kConfigSize); left > 0 && from.ok(); --left) {
    (void)from.string();
    (void)from.nullable_string();
    (void)from.boolean();
    (void)from.int8();
    (void)from.boolean();
    from.end();
  }
}

}  // namespace

Request create_topics_request(std::int16_t version, std::span<const NewTopic> topics, bool validate_only,
                              std::chrono::milliseconds wait) {
  Request request{Api::kCreateTopics, version, {}};
  Writer to = writer(request);
  to.array(topics.size());
  for (const NewTopic& topic : topics) write_topic(to, topic);
  to.int32(static_cast<std::int32_t>(wait.count()));
  to.boolean(validate_only);
  to.end();
  return request;
}

Request delete_topics_request(std::int16_t version, std::span<const std::string> topics,
                              std::chrono::milliseconds wait) {
  Request request{Api::kDeleteTopics, version, {}};
  Writer to = writer(request);
  to.array(topics.size());
  for (const std::string& topic : topics) {
    to.string(topic);
    if (version < 6) continue;
    to.topic_id({});
    to.end();
  }
  to.int32(static_cast<std::int32_t>(wait.count()));
  to.end();
  return request;
}

Result<TopicsChanged> read_create_topics(Bytes body, std::int16_t version) {
  constexpr std::size_t kTopicSize = 5;
  Reader from(body, is_flexible(Api::kCreateTopics, version));
  TopicsChanged answer;
  if (version >= 2) answer.throttle = std::chrono::milliseconds(from.int32());
  for (std::size_t left = from.array(kTopicSize); left > 0 && from.ok(); --left) {
    TopicChanged& topic = answer.topics.emplace_back();
    topic.topic = from.string();
    if (version >= 7) (void)from.topic_id();
    topic.error = from.int16();
    topic.message = from.string();
    if (version >= 5) pass_over_description(from);
    from.end();
  }
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kCreateTopics, version));
  return answer;
}

Result<TopicsChanged> read_delete_topics(Bytes body, std::int16_t version) {
  constexpr std::size_t kTopicSize = 4;
  Reader from(body, is_flexible(Api::kDeleteTopics, version));
  TopicsChanged answer;
  answer.throttle = std::chrono::milliseconds(from.int32());
  for (std::size_t left = from.array(kTopicSize); left > 0 && from.ok(); --left) {
    TopicChanged& topic = answer.topics.emplace_back();
    topic.topic = from.string();
    if (version >= 6) (void)from.topic_id();
    topic.error = from.int16();
    if (version >= 5) topic.message = from.string();
    from.end();
  }
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kDeleteTopics, version));
  return answer;
}

}  // namespace arkive::kafka::wire
