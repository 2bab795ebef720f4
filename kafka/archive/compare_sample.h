/// Batches of an archive beside those the brokers send for the same offsets. Internal to compare.
#pragma once

#include <string_view>
#include <vector>

#include "kafka/archive/compare.h"

namespace arkive::kafka {

/// A partition both sides have; what it points at is the caller's.
struct ComparedPartition {
  const ArchivedTopic* topic = nullptr;
  const ArchivedPartition* partition = nullptr;
  std::int32_t leader = -1;
  std::int64_t from = 0;  ///< both sides hold offsets [from, until)
  std::int64_t until = 0;
  bool compacted = false;

  TopicPartition name() const { return {topic->name, partition->partition}; }
};

/// Adds to `report` what it finds. Errors as compare_with_cluster().
Status compare_samples(const Store& store, std::string_view cluster, LogSource& source,
                       std::vector<ComparedPartition> partitions, const CompareOptions& options,
                       CompareReport& report);

}  // namespace arkive::kafka
