#include "kafka/wire/messages/produce.h"

#include "kafka/wire/messages/by_topic.h"

namespace arkive::kafka::wire {
namespace {

constexpr std::int16_t kAllReplicas = -1;
constexpr std::int32_t kNoTransactionTimeout = 60'000;  // must be positive; without transactional id unused

ProducedPartition read_partition(Reader& from, std::int16_t version, Bytes topic) {
  constexpr std::size_t kRecordErrorSize = 5;
  ProducedPartition partition;
  partition.partition.topic = topic;
  partition.partition.partition = from.int32();
  partition.error = from.int16();
  partition.base_offset = from.int64();
  (void)from.int64();  // log append time
  if (version >= 5) partition.log_start = from.int64();
  if (version >= 8) {
    for (std::size_t left = from.array(kRecordErrorSize); left > 0 && from.ok(); --left) {
      (void)from.int32();  // index in the batch
      const Bytes message = from.string();
      if (partition.message.empty()) partition.message = message;
      from.end();
    }
    const Bytes message = from.string();
    if (!message.empty()) partition.message = message;
  }
  from.end();
  return partition;
}

}  // namespace

Request init_producer_id_request(std::int16_t version) {
  Request request{Api::kInitProducerId, version, {}};
  Writer to = writer(request);
  to.null_string();
  to.int32(kNoTransactionTimeout);
  if (version >= 3) {
    to.int64(-1);  // none yet
    to.int16(-1);
  }
  to.end();
  return request;
}

Result<InitProducerId> read_init_producer_id(Bytes body, std::int16_t version) {
  Reader from(body, is_flexible(Api::kInitProducerId, version));
  InitProducerId answer;
  answer.throttle = std::chrono::milliseconds(from.int32());
  answer.error = from.int16();
  answer.producer.id = from.int64();
  answer.producer.epoch = from.int16();
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kInitProducerId, version));
  return answer;
}

Request produce_request(std::int16_t version, std::span<const AppendWant> wants,
                        std::chrono::milliseconds timeout) {
  Request request{Api::kProduce, version, {}};
  Writer to = writer(request);
  to.null_string();  // transactional id
  to.int16(kAllReplicas);
  to.int32(static_cast<std::int32_t>(timeout.count()));
  write_by_topic(
      to, wants, [](const AppendWant& want) -> const std::string& { return want.partition.topic; },
      [&](const AppendWant& first) { to.string(first.partition.topic); },
      [&](const AppendWant& want) {
        to.int32(want.partition.partition);
        to.array(want.batch.size());  // bytes have the same length before them
        request.inserts.push_back({request.body.size(), want.batch});
        to.end();
      });
  to.end();
  return request;
}

Result<Produced> read_produce(Bytes body, std::int16_t version) {
  constexpr std::size_t kTopicSize = 3;
  constexpr std::size_t kPartitionSize = 22;
  Reader from(body, is_flexible(Api::kProduce, version));
  Produced answer;
  for (std::size_t topics = from.array(kTopicSize); topics > 0 && from.ok(); --topics) {
    const Bytes topic = from.string();
    for (std::size_t left = from.array(kPartitionSize); left > 0 && from.ok(); --left) {
      answer.partitions.push_back(read_partition(from, version, topic));
    }
    from.end();
  }
  answer.throttle = std::chrono::milliseconds(from.int32());
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kProduce, version));
  return answer;
}

}  // namespace arkive::kafka::wire
