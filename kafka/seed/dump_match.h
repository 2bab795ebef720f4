/// Whether an archive and a dump of ZooKeeper belong together, and what must be raised in the dump's znodes
/// before brokers start on log directories seeded from the archive (docs/restore-seed.md says why).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kafka/archive/contents.h"
#include "kafka/znodes/dumped_logs.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// kConflict naming each of the first that differ: cluster id, topics that the dump has not, topic ids,
/// partitions, replicas. What one side does not tell (ids before 2.8, cluster ids before 2.0) is no
/// difference.
Status check_match(const ArchiveIndex& index, const std::vector<ArchivedTopic>& topics,
                   const DumpedLogs& dump);

/// A number in a znode that is too low.
struct ZnodeToRaise {
  std::string path;
  std::string field;
  std::int64_t has = -1;  ///< -1: the znode is not there
  std::int64_t needs = 0;
};

/// Leader epochs below those of the archived batches; the producer id block below `highest_producer_id`.
std::vector<ZnodeToRaise> znodes_to_raise(const std::vector<ArchivedTopic>& topics,
                                          std::int64_t highest_producer_id, const DumpedLogs& dump);

/// Topics of the dump that are not among `topics`: brokers make empty logs of them.
std::vector<std::string> topics_without_records(const std::vector<ArchivedTopic>& topics,
                                                const DumpedLogs& dump);

}  // namespace arkive::kafka
