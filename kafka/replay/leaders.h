/// Leaders: who leads the partitions of the target, for many threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "kafka/log_source.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// Borrows the source. Any thread.
class Leaders {
 public:
  explicit Leaders(LogSource& source) : source_(source) {}

  /// Asks, unless that was done a moment ago.
  Status refresh(Deadline deadline);
  /// -1: none, or not known.
  std::int32_t of(const TopicPartition& partition) const;
  TopicId id_of(const std::string& topic) const;

 private:
  LogSource& source_;
  mutable std::mutex mutex_;
  std::map<TopicPartition, std::int32_t> leaders_;
  std::map<std::string, TopicId> ids_;
  SteadyClock::time_point asked_{};
};

}  // namespace arkive::kafka
