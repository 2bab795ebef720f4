#include "kafka/wire/messages/fetch.h"

#include <string_view>
#include <utility>

#include "kafka/wire/messages/by_topic.h"

namespace arkive::kafka::wire {
namespace {

constexpr std::int32_t kConsumer = -1;
constexpr std::int32_t kNoSession = 0;
constexpr std::int32_t kFinalEpoch = -1;

void write_partition(Writer& to, std::int16_t version, const FetchWant& want, std::int32_t most_bytes) {
  to.int32(want.partition.partition);
  if (version >= 9) to.int32(want.leader_epoch);
  to.int64(want.offset);
  if (version >= 12) to.int32(-1);  // last fetched epoch: no check of divergence
  if (version >= 5) to.int64(-1);   // log start: only followers have one
  to.int32(most_bytes);
  to.end();
}

void read_partition(Reader& from, std::int16_t version, FetchedPartition& partition) {
  constexpr std::size_t kAbortedSize = 16;
  partition.partition = from.int32();
  partition.error = from.int16();
  partition.high_watermark = from.int64();
  partition.last_stable_offset = from.int64();
  partition.log_start = version >= 5 ? from.int64() : -1;
  partition.aborted.clear();
  for (std::size_t left = from.array(kAbortedSize); left > 0 && from.ok(); --left) {
    AbortedTransaction& aborted = partition.aborted.emplace_back();
    aborted.producer_id = from.int64();
    aborted.first_offset = from.int64();
    from.end();
  }
  if (version >= 11) (void)from.int32();  // preferred replica: only for who names a rack
  partition.records = from.nullable_bytes().value_or(Bytes());
  from.end();
}

}  // namespace

Request fetch_request(std::int16_t version, std::span<const FetchWant> wants, const FetchLimits& limits,
                      std::chrono::milliseconds most_wait) {
  Request request{Api::kFetch, version, {}};
  Writer to = writer(request);
  to.int32(kConsumer);
  to.int32(static_cast<std::int32_t>(most_wait.count()));
  to.int32(limits.min_bytes);
  to.int32(limits.most_bytes);
  to.int8(limits.committed_only ? 1 : 0);
  if (version >= 7) {
    to.int32(kNoSession);
    to.int32(kFinalEpoch);
  }
  const bool by_id = version >= kFetchByTopicId;
  write_by_topic(
      to, wants, [](const FetchWant& want) -> const std::string& { return want.partition.topic; },
      [&](const FetchWant& first) { by_id ? to.topic_id(first.topic_id) : to.string(first.partition.topic); },
      [&](const FetchWant& want) { write_partition(to, version, want, limits.most_bytes_per_partition); });
  if (version >= 7) to.array(0);     // forgotten topics of a session
  if (version >= 11) to.string("");  // rack
  to.end();
  return request;
}

Status read_fetch(Bytes body, std::int16_t version, Fetched& fetched) {
  constexpr std::size_t kTopicSize = 3;
  constexpr std::size_t kPartitionSize = 30;
  Reader from(body, is_flexible(Api::kFetch, version));
  fetched.throttle = std::chrono::milliseconds(from.int32());
  fetched.error = 0;
  if (version >= 7) {
    fetched.error = from.int16();
    (void)from.int32();  // session
  }
  std::size_t used = 0;
  for (std::size_t topics = from.array(kTopicSize); topics > 0 && from.ok(); --topics) {
    const TopicId id = version >= kFetchByTopicId ? from.topic_id() : TopicId();
    const Bytes name = version >= kFetchByTopicId ? Bytes() : from.string();
    for (std::size_t left = from.array(kPartitionSize); left > 0 && from.ok(); --left) {
      if (used == fetched.partitions.size()) fetched.partitions.emplace_back();
      FetchedPartition& partition = fetched.partitions[used++];
      partition.topic = name;
      partition.topic_id = id;
      read_partition(from, version, partition);
    }
    from.end();
  }
  fetched.partitions.resize(used);
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kFetch, version));
  return ok();
}

}  // namespace arkive::kafka::wire
