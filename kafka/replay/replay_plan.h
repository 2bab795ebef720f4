/// ReplayPlan: what one replay brings where, as its journal keeps it (docs/format-replay.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/log_target.h"
#include "stores/core/result.h"
#include "stores/core/time.h"

namespace arkive::kafka {

struct PlannedPartition {
  std::int32_t partition = 0;
  std::int64_t begin = 0;  ///< offsets [begin, end) of the source
  std::int64_t end = 0;
  bool operator==(const PlannedPartition&) const = default;
};

struct PlannedTopic {
  std::string source;
  std::string source_id;  ///< TopicId::text()
  std::string target;
  bool by_key = false;  ///< the target has another number of partitions
  std::int32_t most_batch_bytes = 1048588;
  std::vector<std::int64_t> begin;           ///< of each target partition: where it ended before
  std::vector<PlannedPartition> partitions;  ///< of the source, ascending
  bool operator==(const PlannedTopic&) const = default;
};

struct ReplayPlan {
  std::string archive;          ///< the store, as it was named
  std::string archive_cluster;  ///< the name the topics are kept under
  std::string run;
  std::string source_cluster;  ///< Kafka's cluster ids
  std::string target_cluster;
  ProducerIdentity producer;
  std::optional<UnixMilliseconds> until;  ///< records at or after it are left out
  std::vector<PlannedTopic> topics;       ///< ascending by source
  bool operator==(const ReplayPlan&) const = default;

  /// Of the target's name; null: none.
  const PlannedTopic* find_target(std::string_view name) const;

  std::string to_json() const;
  /// kCorrupt naming the field; kUsage for a newer format.
  static Result<ReplayPlan> from_json(std::string_view text);
};

}  // namespace arkive::kafka
