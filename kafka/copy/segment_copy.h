/// The topics of one run, from one store into another: segments and their index files, then lists.
#pragma once

#include <map>
#include <set>
#include <string>

#include "kafka/archive/contents.h"
#include "kafka/copy/copy.h"

namespace arkive::kafka {

/// One thread at a time. Remembers what the target holds, so use one for all runs of a cluster.
class SegmentCopy {
 public:
  SegmentCopy(const Store& from, Store& to, std::string cluster, Deadline deadline)
      : from_(from), to_(to), cluster_(std::move(cluster)), deadline_(deadline) {}

  /// What a committed run of the target names is there. A list of it that cannot be read counts for nothing.
  void know(const Manifest& run);
  /// Copies what `run` names and the target has not; a segment that lies there, sent by a copy that was
  /// killed, stays when its hash is the right one. Durable after Store::settle().
  Status copy(const Manifest& run, CopyReport& report);

 private:
  Status copy_topic(const std::string& list, const ArchivedTopic& topic, CopyReport& report);
  Status copy_segment(const ArchivedTopic& topic, std::int32_t partition, const ArchivedSegment& segment,
                      CopyReport& report);
  Status copy_index(const ArchivedTopic& topic, std::int32_t partition, const ArchivedSegment& segment);
  Result<std::string> hash_of(const Store& store, const std::string& key, std::uint64_t size,
                              ObjectWriter* to) const;

  const Store& from_;
  Store& to_;
  const std::string cluster_;
  const Deadline deadline_;
  std::set<std::string> known_lists_;                  ///< hashes of lists of segments
  std::map<std::string, std::string> known_segments_;  ///< key to hash
};

}  // namespace arkive::kafka
