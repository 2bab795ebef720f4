#include "kafka/wire/messages/metadata.h"

#include <algorithm>

namespace arkive::kafka::wire {
namespace {

void write_end(Writer& to, std::int16_t version, bool operations) {
  to.boolean(false);  // no automatic creation
  if (version >= 8 && version <= 10) to.boolean(false);
  if (version >= 8) to.boolean(operations);
  to.end();
}

std::vector<std::int32_t> read_ids(Reader& from) {
  std::vector<std::int32_t> ids;
  for (std::size_t left = from.array(sizeof(std::int32_t)); left > 0; --left) ids.push_back(from.int32());
  return ids;
}

BrokerFacts read_broker(Reader& from) {
  BrokerFacts broker;
  broker.id = from.int32();
  broker.host = from.string();
  broker.port = static_cast<std::uint16_t>(from.int32());
  broker.rack = from.string();
  from.end();
  return broker;
}

PartitionFacts read_partition(Reader& from, std::int16_t version) {
  PartitionFacts partition;
  (void)from.int16();  // its error says no more than the leader does
  partition.partition = from.int32();
  partition.leader = from.int32();
  if (version >= 7) partition.leader_epoch = from.int32();
  partition.replicas = read_ids(from);
  partition.in_sync_replicas = read_ids(from);
  (void)read_ids(from);  // offline replicas
  from.end();
  return partition;
}

TopicMetadata read_topic(Reader& from, std::int16_t version) {
  constexpr std::size_t kPartitionSize = 18;
  TopicMetadata topic;
  topic.error = from.int16();
  topic.facts.name = from.string();
  if (version >= 10) topic.facts.id = from.topic_id();
  topic.facts.internal = from.boolean();
  for (std::size_t left = from.array(kPartitionSize); left > 0 && from.ok(); --left) {
    topic.facts.partitions.push_back(read_partition(from, version));
  }
  if (version >= 8) {
    constexpr std::int32_t kNotAsked = INT32_MIN;
    const std::int32_t operations = from.int32();
    if (operations != kNotAsked) topic.operations = static_cast<std::uint32_t>(operations);
  }
  from.end();
  std::sort(topic.facts.partitions.begin(), topic.facts.partitions.end(),
            [](const PartitionFacts& a, const PartitionFacts& b) { return a.partition < b.partition; });
  return topic;
}

}  // namespace

Request all_metadata_request(std::int16_t version) {
  Request request{Api::kMetadata, version, {}};
  Writer to = writer(request);
  to.null_array();
  write_end(to, version, false);
  return request;
}

Request metadata_request(std::int16_t version, std::span<const std::string> topics, bool operations) {
  Request request{Api::kMetadata, version, {}};
  Writer to = writer(request);
  to.array(topics.size());
  for (const std::string& topic : topics) {
    if (version >= 10) to.topic_id({});
    to.string(topic);
    to.end();
  }
  write_end(to, version, operations);
  return request;
}

Result<Metadata> read_metadata(Bytes body, std::int16_t version) {
  constexpr std::size_t kBrokerSize = 10;
  constexpr std::size_t kTopicSize = 9;
  Reader from(body, is_flexible(Api::kMetadata, version));
  Metadata metadata;
  metadata.throttle = std::chrono::milliseconds(from.int32());
  for (std::size_t left = from.array(kBrokerSize); left > 0 && from.ok(); --left) {
    metadata.cluster.brokers.push_back(read_broker(from));
  }
  metadata.cluster.cluster_id = from.string();
  metadata.cluster.controller = from.int32();
  for (std::size_t left = from.array(kTopicSize); left > 0 && from.ok(); --left) {
    metadata.topics.push_back(read_topic(from, version));
  }
  if (version >= 8 && version <= 10) (void)from.int32();
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kMetadata, version));
  std::sort(metadata.topics.begin(), metadata.topics.end(),
            [](const TopicMetadata& a, const TopicMetadata& b) { return a.facts.name < b.facts.name; });
  return metadata;
}

}  // namespace arkive::kafka::wire
