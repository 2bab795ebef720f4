#include "kafka/wire/messages/producers.h"

#include "kafka/wire/messages/by_topic.h"

namespace arkive::kafka::wire {

Request describe_producers_request(std::int16_t version, std::span<const TopicPartition> partitions) {
  Request request{Api::kDescribeProducers, version, {}};
  Writer to = writer(request);
  write_by_topic(
      to, partitions, [](const TopicPartition& one) { return one.topic; },
      [&](const TopicPartition& one) { to.string(one.topic); },
      [&](const TopicPartition& one) { to.int32(one.partition); });
  to.end();
  return request;
}

Result<DescribeProducers> read_describe_producers(Bytes body, std::int16_t version) {
  constexpr std::size_t kTopicSize = 3;
  constexpr std::size_t kPartitionSize = 9;
  constexpr std::size_t kProducerSize = 37;
  Reader from(body, is_flexible(Api::kDescribeProducers, version));
  DescribeProducers answer;
  answer.throttle = std::chrono::milliseconds(from.int32());
  for (std::size_t topics = from.array(kTopicSize); topics > 0 && from.ok(); --topics) {
    const std::string topic(from.string());
    for (std::size_t left = from.array(kPartitionSize); left > 0 && from.ok(); --left) {
      ProducersOfPartition& of_partition = answer.partitions.emplace_back();
      of_partition.partition = {topic, from.int32()};
      of_partition.error = from.int16();
      (void)from.nullable_string();
      for (std::size_t producers = from.array(kProducerSize); producers > 0 && from.ok(); --producers) {
        ActiveProducer& producer = of_partition.producers.emplace_back();
        producer.id = from.int64();
        producer.epoch = from.int32();
        (void)from.int32();  // the last sequence number
        producer.last_timestamp = from.int64();
        producer.coordinator_epoch = from.int32();
        producer.transaction_start = from.int64();
        from.end();
      }
      from.end();
    }
    from.end();
  }
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kDescribeProducers, version));
  return answer;
}

}  // namespace arkive::kafka::wire
