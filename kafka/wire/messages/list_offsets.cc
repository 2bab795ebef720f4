#include "kafka/wire/messages/list_offsets.h"

#include "kafka/wire/messages/by_topic.h"

namespace arkive::kafka::wire {
namespace {

constexpr std::int32_t kConsumer = -1;  // as replica id

const std::string& topic_of(const TopicPartition& partition) {
  return partition.topic;
}

}  // namespace

Request list_offsets_request(std::int16_t version, std::span<const TopicPartition> partitions,
                             const OffsetQuestion& question) {
  Request request{Api::kListOffsets, version, {}};
  Writer to = writer(request);
  to.int32(kConsumer);
  to.int8(question.committed_only ? 1 : 0);
  write_by_topic(
      to, partitions, topic_of, [&](const TopicPartition& first) { to.string(first.topic); },
      [&](const TopicPartition& partition) {
        to.int32(partition.partition);
        if (version >= 4) to.int32(-1);  // any leader epoch
        to.int64(question.time);
        to.end();
      });
  to.end();
  return request;
}

Result<ListOffsets> read_list_offsets(Bytes body, std::int16_t version) {
  constexpr std::size_t kTopicSize = 2;
  constexpr std::size_t kPartitionSize = 22;
  Reader from(body, is_flexible(Api::kListOffsets, version));
  ListOffsets answer;
  answer.throttle = std::chrono::milliseconds(from.int32());
  for (std::size_t topics = from.array(kTopicSize); topics > 0 && from.ok(); --topics) {
    const std::string topic(from.string());
    for (std::size_t left = from.array(kPartitionSize); left > 0 && from.ok(); --left) {
      OffsetAnswer& offset = answer.offsets.emplace_back();
      offset.partition = {topic, from.int32()};
      offset.error = from.int16();
      (void)from.int64();  // the record's time
      offset.offset = from.int64();
      if (version >= 4) (void)from.int32();
      from.end();
    }
    from.end();
  }
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kListOffsets, version));
  return answer;
}

Request epoch_end_request(std::int16_t version, const TopicPartition& partition, std::int32_t epoch) {
  Request request{Api::kOffsetForLeaderEpoch, version, {}};
  Writer to = writer(request);
  if (version >= 3) to.int32(kConsumer);
  write_by_topic(
      to, std::span<const TopicPartition>(&partition, 1), topic_of,
      [&](const TopicPartition& first) { to.string(first.topic); },
      [&](const TopicPartition& asked) {
        to.int32(asked.partition);
        to.int32(-1);  // any leader epoch
        to.int32(epoch);
        to.end();
      });
  to.end();
  return request;
}

Result<EpochEnd> read_epoch_end(Bytes body, std::int16_t version) {
  Reader from(body, is_flexible(Api::kOffsetForLeaderEpoch, version));
  EpochEnd answer;
  answer.throttle = std::chrono::milliseconds(from.int32());
  const bool one_topic = from.array(2) == 1;
  (void)from.string();
  const bool one_partition = from.array(18) == 1;
  answer.error = from.int16();
  (void)from.int32();  // the partition
  answer.end.epoch = from.int32();
  answer.end.start_offset = from.int64();
  if (!from.ok()) return fail(bad_answer(Api::kOffsetForLeaderEpoch, version));
  if (!one_topic || !one_partition) {
    return fail(bad_answer(Api::kOffsetForLeaderEpoch, version, "not the one partition asked about"));
  }
  return answer;
}

}  // namespace arkive::kafka::wire
