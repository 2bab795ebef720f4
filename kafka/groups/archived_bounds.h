/// What of each partition an archive holds, as far as committed offsets ask for it.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "kafka/archive/contents.h"
#include "kafka/log_source.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/store.h"

namespace arkive::kafka {

/// Offsets [first, next) of the newest generation of the newest topic of that name.
struct ArchivedBounds {
  std::string topic_id;  ///< TopicId::text()
  std::int64_t first = 0;
  std::int64_t next = 0;
};

using AllBounds = std::map<TopicPartition, ArchivedBounds>;

/// Of all partitions of all topics in which one of `groups` has an offset; a topic that is not archived is
/// left out. Errors as those of read_topic().
Result<AllBounds> read_bounds(const Store& store, const ArchiveIndex& index,
                              std::span<const GroupFacts> groups, Deadline deadline);

}  // namespace arkive::kafka
