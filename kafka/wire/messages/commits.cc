#include "kafka/wire/messages/commits.h"

#include "kafka/wire/messages/by_topic.h"

namespace arkive::kafka::wire {
namespace {

constexpr std::int8_t kGroup = 0;
constexpr std::int32_t kNoGeneration = -1;
constexpr std::int64_t kRetentionOfBroker = -1;

}  // namespace

Request find_coordinator_request(std::int16_t version, std::string_view group) {
  Request request{Api::kFindCoordinator, version, {}};
  Writer to = writer(request);
  to.string(group);
  if (version >= 1) to.int8(kGroup);
  to.end();
  return request;
}

Result<FoundCoordinator> read_find_coordinator(Bytes body, std::int16_t version) {
  Reader from(body, is_flexible(Api::kFindCoordinator, version));
  FoundCoordinator answer;
  if (version >= 1) answer.throttle = std::chrono::milliseconds(from.int32());
  answer.error = from.int16();
  if (version >= 1) answer.message = from.string();
  answer.broker = from.int32();
  (void)from.string();  // host
  (void)from.int32();   // port
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kFindCoordinator, version));
  return answer;
}

Request offset_commit_request(std::int16_t version, std::string_view group,
                              std::span<const CommittedOffset> offsets) {
  Request request{Api::kOffsetCommit, version, {}};
  Writer to = writer(request);
  to.string(group);
  to.int32(kNoGeneration);
  to.string("");                       // member
  if (version >= 7) to.null_string();  // group instance
  if (version <= 4) to.int64(kRetentionOfBroker);
  write_by_topic(
      to, offsets, [](const CommittedOffset& offset) -> const std::string& { return offset.partition.topic; },
      [&](const CommittedOffset& first) { to.string(first.partition.topic); },
      [&](const CommittedOffset& offset) {
        to.int32(offset.partition.partition);
        to.int64(offset.offset);
        if (version >= 6) to.int32(offset.leader_epoch);
        offset.metadata ? to.string(*offset.metadata) : to.null_string();
        to.end();
      });
  to.end();
  return request;
}

Result<OffsetCommit> read_offset_commit(Bytes body, std::int16_t version) {
  constexpr std::size_t kTopicSize = 3;
  constexpr std::size_t kPartitionSize = 6;
  Reader from(body, is_flexible(Api::kOffsetCommit, version));
  OffsetCommit answer;
  if (version >= 3) answer.throttle = std::chrono::milliseconds(from.int32());
  for (std::size_t topics = from.array(kTopicSize); topics > 0 && from.ok(); --topics) {
    const Bytes topic = from.string();
    for (std::size_t left = from.array(kPartitionSize); left > 0 && from.ok(); --left) {
      CommitAnswer& partition = answer.answers.emplace_back();
      partition.partition.topic = topic;
      partition.partition.partition = from.int32();
      partition.error = from.int16();
      from.end();
    }
    from.end();
  }
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kOffsetCommit, version));
  return answer;
}

}  // namespace arkive::kafka::wire
