/// ListGroups (versions 0 to 4; states from 4 on, KIP-518), DescribeGroups (0 to 5) and OffsetFetch (2 to 8:
/// from 2 on a group's offsets can be asked for without naming partitions, from 8 on several groups at once);
/// ConsumerGroupDescribe (0 and 1; brokers since 3.7): groups of the protocol of KIP-848, which
/// DescribeGroups does not see.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kafka/log_source.h"
#include "kafka/wire/messages/api.h"

namespace arkive::kafka::wire {

Request list_groups_request(std::int16_t version);

struct ListedGroup {
  std::string name;
  std::string protocol;
  std::string state;  ///< empty before version 4
};

struct ListGroups {
  std::chrono::milliseconds throttle{0};
  std::int16_t error = 0;
  std::vector<ListedGroup> groups;
};
Result<ListGroups> read_list_groups(Bytes body, std::int16_t version);

Request describe_groups_request(std::int16_t version, std::span<const std::string> groups);

struct DescribedGroup {
  std::int16_t error = 0;
  std::string name;
  std::string state;
  std::string protocol;
  std::int32_t members = 0;
};

struct DescribeGroups {
  std::chrono::milliseconds throttle{0};
  std::vector<DescribedGroup> groups;
};
Result<DescribeGroups> read_describe_groups(Bytes body, std::int16_t version);

/// As DescribeGroups; groups of other protocols come with GROUP_ID_NOT_FOUND.
Request describe_consumer_groups_request(std::int16_t version, std::span<const std::string> groups);
Result<DescribeGroups> read_describe_consumer_groups(Bytes body, std::int16_t version);

/// From this version on one request may name many groups; before, one.
inline constexpr std::int16_t kOffsetFetchOfMany = 8;

Request offset_fetch_request(std::int16_t version, std::span<const std::string> groups);

struct OffsetsOfGroup {
  std::string name;  ///< empty before version 8
  std::int16_t error = 0;
  std::vector<CommittedOffset> offsets;  ///< ascending
};

struct OffsetFetch {
  std::chrono::milliseconds throttle{0};
  std::vector<OffsetsOfGroup> groups;
};
Result<OffsetFetch> read_offset_fetch(Bytes body, std::int16_t version);

}  // namespace arkive::kafka::wire
