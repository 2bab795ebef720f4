/// Reading back, and consumer groups with their commits.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "tests/support/producer/connection.h"

namespace arkive::producer {

/// Prints every record (lines.h, without "outcome") of all partitions of `topic`, from the first to the end
/// there was at the beginning: partition by partition, in the order of offsets. `committed`: without what
/// lies in aborted or open transactions.
Status read_topic(const Connection& connection, const std::string& topic, bool committed, Deadline deadline);

struct ConsumeWishes {
  std::string group;
  std::vector<std::string> topics;
  std::uint64_t records = 1;
  std::string metadata;  ///< committed beside the offsets
};

/// As a member of the group: subscribes, prints `records` records, commits the offset after the last one of
/// each partition, prints what it committed. `stay`: then remains a member until the process is killed.
Status consume(const Connection& connection, const ConsumeWishes& wishes, bool stay, Deadline deadline);

struct Commit {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
};
/// "orders/0=42"; kUsage otherwise.
Result<Commit> parse_commit(const std::string& word);

/// Commits offsets for a group that has no members; prints them.
Status commit(const Connection& connection, const std::string& group, const std::vector<Commit>& commits,
              const std::string& metadata, Deadline deadline);

}  // namespace arkive::producer
