/// Whether the log of a partition is still the one that is archived, told by the last archived batch: the
/// cluster must have the same at its offset. Internal to the archive.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/archive/contents.h"
#include "kafka/log_source.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/store.h"

namespace arkive::kafka {

struct Join {
  enum class Is : std::uint8_t {
    kUnknown,     ///< compaction or retention took that batch, or nobody asked
    kSame,        ///< the archive goes on where it ended
    kOther,       ///< another log: what follows must not be mixed with what is archived
    kUnanswered,  ///< nobody answered for all the patience; see `error`
  };
  Is is = Is::kUnknown;
  std::int64_t offset = -1;  ///< of the batch
  std::string error;
};

struct JoinToCheck {
  const ArchivedTopic* topic = nullptr;
  const ArchivedPartition* partition = nullptr;
  std::int32_t leader = -1;
  bool compacted = false;
};

/// One answer serves many partitions. Errors: those of the store but damage; kInterrupted; kRetry (deadline).
Result<std::map<TopicPartition, Join>> check_joins(const Store& store, std::string_view cluster,
                                                   LogSource& source, const std::vector<JoinToCheck>& joins,
                                                   std::chrono::milliseconds patience, Deadline deadline);

}  // namespace arkive::kafka
