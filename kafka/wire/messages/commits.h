/// FindCoordinator (FindCoordinatorRequest.json, versions 0 to 3) of a group, and OffsetCommit
/// (OffsetCommitRequest.json, versions 2 to 9) of one that has no members: generation -1, no member id.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "kafka/log_source.h"
#include "kafka/wire/messages/api.h"

namespace arkive::kafka::wire {

Request find_coordinator_request(std::int16_t version, std::string_view group);

struct FoundCoordinator {
  std::chrono::milliseconds throttle{0};
  std::int16_t error = 0;
  std::string message;  ///< the broker's own words; empty in version 0
  std::int32_t broker = -1;
};
Result<FoundCoordinator> read_find_coordinator(Bytes body, std::int16_t version);

/// Partitions of one topic must stand together. Leader epochs are written from version 6 on.
Request offset_commit_request(std::int16_t version, std::string_view group,
                              std::span<const CommittedOffset> offsets);

struct CommitAnswer {
  TopicPartition partition;
  std::int16_t error = 0;
};

struct OffsetCommit {
  std::chrono::milliseconds throttle{0};
  std::vector<CommitAnswer> answers;
};
Result<OffsetCommit> read_offset_commit(Bytes body, std::int16_t version);

}  // namespace arkive::kafka::wire
