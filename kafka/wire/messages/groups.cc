#include "kafka/wire/messages/groups.h"

#include <algorithm>

#include "kafka/wire/messages/error_codes.h"

namespace arkive::kafka::wire {
namespace {

std::optional<std::string> owned(std::optional<Bytes> bytes) {
  if (!bytes) return std::nullopt;
  return std::string(*bytes);
}

DescribedGroup read_described(Reader& from, std::int16_t version) {
  constexpr std::size_t kMemberSize = 5;
  DescribedGroup group;
  group.error = from.int16();
  group.name = from.string();
  group.state = from.string();
  group.protocol = from.string();
  (void)from.string();  // the assignor's name
  for (std::size_t left = from.array(kMemberSize); left > 0 && from.ok(); --left) {
    (void)from.string();
    if (version >= 4) (void)from.string();
    (void)from.string();
    (void)from.string();
    (void)from.nullable_bytes();
    (void)from.nullable_bytes();
    from.end();
    ++group.members;
  }
  if (version >= 3) (void)from.int32();
  from.end();
  return group;
}

void pass_assignment(Reader& from) {
  constexpr std::size_t kTopicSize = 19;
  for (std::size_t topics = from.array(kTopicSize); topics > 0 && from.ok(); --topics) {
    (void)from.topic_id();
    (void)from.string();
    for (std::size_t left = from.array(sizeof(std::int32_t)); left > 0; --left) (void)from.int32();
    from.end();
  }
  from.end();
}

void pass_consumer(Reader& from, std::int16_t version) {
  (void)from.string();  // its id
  (void)from.nullable_string();
  (void)from.nullable_string();
  (void)from.int32();
  (void)from.string();  // client id
  (void)from.string();
  for (std::size_t topics = from.array(1); topics > 0; --topics) (void)from.string();
  (void)from.nullable_string();
  pass_assignment(from);
  pass_assignment(from);  // the one it is on its way to
  if (version >= 1) (void)from.int8();
  from.end();
}

DescribedGroup read_described_consumers(Reader& from, std::int16_t version) {
  constexpr std::size_t kConsumerSize = 16;
  DescribedGroup group;
  group.error = from.int16();
  (void)from.nullable_string();
  group.name = from.string();
  group.state = from.string();
  (void)from.int32();
  (void)from.int32();
  (void)from.string();  // the assignor's name
  group.protocol = "consumer";
  for (std::size_t left = from.array(kConsumerSize); left > 0 && from.ok(); --left) {
    pass_consumer(from, version);
    ++group.members;
  }
  (void)from.int32();
  from.end();
  return group;
}

void read_offsets(Reader& from, std::int16_t version, OffsetsOfGroup& group) {
  constexpr std::size_t kTopicSize = 3;
  constexpr std::size_t kPartitionSize = 16;
  for (std::size_t topics = from.array(kTopicSize); topics > 0 && from.ok(); --topics) {
    const std::string topic(from.string());
    for (std::size_t left = from.array(kPartitionSize); left > 0 && from.ok(); --left) {
      CommittedOffset committed;
      committed.partition = {topic, from.int32()};
      committed.offset = from.int64();
      if (version >= 5) committed.leader_epoch = from.int32();
      committed.metadata = owned(from.nullable_string());
      const std::int16_t error = from.int16();
      from.end();
      if (error != kNoError && group.error == kNoError) group.error = error;
      if (error == kNoError && committed.offset >= 0) group.offsets.push_back(std::move(committed));
    }
    from.end();
  }
  std::sort(group.offsets.begin(), group.offsets.end(),
            [](const CommittedOffset& a, const CommittedOffset& b) { return a.partition < b.partition; });
}

}  // namespace

Request list_groups_request(std::int16_t version) {
  Request request{Api::kListGroups, version, {}};
  Writer to = writer(request);
  if (version >= 4) to.array(0);  // in any state
  to.end();
  return request;
}

Result<ListGroups> read_list_groups(Bytes body, std::int16_t version) {
  constexpr std::size_t kGroupSize = 3;
  Reader from(body, is_flexible(Api::kListGroups, version));
  ListGroups answer;
  if (version >= 1) answer.throttle = std::chrono::milliseconds(from.int32());
  answer.error = from.int16();
  for (std::size_t left = from.array(kGroupSize); left > 0 && from.ok(); --left) {
    ListedGroup& group = answer.groups.emplace_back();
    group.name = from.string();
    group.protocol = from.string();
    if (version >= 4) group.state = from.string();
    from.end();
  }
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kListGroups, version));
  return answer;
}

Request describe_groups_request(std::int16_t version, std::span<const std::string> groups) {
  Request request{Api::kDescribeGroups, version, {}};
  Writer to = writer(request);
  to.array(groups.size());
  for (const std::string& group : groups) to.string(group);
  if (version >= 3) to.boolean(false);
  to.end();
  return request;
}

Result<DescribeGroups> read_describe_groups(Bytes body, std::int16_t version) {
  constexpr std::size_t kGroupSize = 8;
  Reader from(body, is_flexible(Api::kDescribeGroups, version));
  DescribeGroups answer;
  if (version >= 1) answer.throttle = std::chrono::milliseconds(from.int32());
  for (std::size_t left = from.array(kGroupSize); left > 0 && from.ok(); --left) {
    answer.groups.push_back(read_described(from, version));
  }
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kDescribeGroups, version));
  return answer;
}

Request describe_consumer_groups_request(std::int16_t version, std::span<const std::string> groups) {
  Request request{Api::kConsumerGroupDescribe, version, {}};
  Writer to = writer(request);
  to.array(groups.size());
  for (const std::string& group : groups) to.string(group);
  to.boolean(false);
  to.end();
  return request;
}

Result<DescribeGroups> read_describe_consumer_groups(Bytes body, std::int16_t version) {
  constexpr std::size_t kGroupSize = 19;
  Reader from(body, is_flexible(Api::kConsumerGroupDescribe, version));
  DescribeGroups answer;
  answer.throttle = std::chrono::milliseconds(from.int32());
  for (std::size_t left = from.array(kGroupSize); left > 0 && from.ok(); --left) {
    answer.groups.push_back(read_described_consumers(from, version));
  }
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kConsumerGroupDescribe, version));
  return answer;
}

Request offset_fetch_request(std::int16_t version, std::span<const std::string> groups) {
  Request request{Api::kOffsetFetch, version, {}};
  Writer to = writer(request);
  if (version >= kOffsetFetchOfMany) to.array(groups.size());
  for (const std::string& group : groups) {
    to.string(group);
    to.null_array();  // all its partitions
    if (version >= kOffsetFetchOfMany) to.end();
  }
  if (version >= 7) to.boolean(false);  // also while a transaction's offsets are pending
  to.end();
  return request;
}

Result<OffsetFetch> read_offset_fetch(Bytes body, std::int16_t version) {
  constexpr std::size_t kGroupSize = 5;
  Reader from(body, is_flexible(Api::kOffsetFetch, version));
  OffsetFetch answer;
  if (version >= 3) answer.throttle = std::chrono::milliseconds(from.int32());
  if (version < kOffsetFetchOfMany) {
    OffsetsOfGroup& group = answer.groups.emplace_back();
    read_offsets(from, version, group);
    if (const std::int16_t error = from.int16(); error != kNoError) group.error = error;
  } else {
    for (std::size_t left = from.array(kGroupSize); left > 0 && from.ok(); --left) {
      OffsetsOfGroup& group = answer.groups.emplace_back();
      group.name = from.string();
      read_offsets(from, version, group);
      if (const std::int16_t error = from.int16(); error != kNoError) group.error = error;
      from.end();
    }
  }
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kOffsetFetch, version));
  return answer;
}

}  // namespace arkive::kafka::wire
