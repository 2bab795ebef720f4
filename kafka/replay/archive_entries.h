/// ArchiveEntries: the log entries of one archived partition, one behind another, in memory that may be
/// written to: a replay sends whole batches out of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kafka/archive/contents.h"
#include "kafka/archive/segment_bytes.h"
#include "kafka/archive/transaction_fates.h"
#include "kafka/log/batch.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/store.h"

namespace arkive::kafka {

struct ArchiveEntry {
  LogEntry entry;
  /// Of a wrapper, too: where its records may begin.
  std::int64_t first_offset = 0;
  Fate fate = Fate::kCommitted;
  std::shared_ptr<std::string> owner;  ///< holds the entry's bytes; nobody else reads these
  std::uint64_t position = 0;          ///< in its segment
};

/// The newest generation. Borrows all it is given. Not thread-safe. Reads ahead by a mebibyte, or one entry; of
/// a remote store it takes 4 MiB more (ObjectBytes).
class ArchiveEntries {
 public:
  ArchiveEntries(const Store& store, const PartitionPlace& place, const ArchivedPartition& partition,
                 Deadline deadline);

  /// Begins with the entry that holds `from`, or the next one, and ends before `until`.
  Status open(std::int64_t from, std::int64_t until);
  /// The next one, its CRC checked; false: there is none. kCorrupt, kNotFound: naming the object and the byte
  /// (offsets that do not ascend, a segment that ends where its list does not say, too).
  Result<bool> next(ArchiveEntry& into);
  /// `error` of the records of an entry, naming the object and the byte.
  Error at(const ArchiveEntry& entry, const Error& error) const;

 private:
  Result<bool> open_segment();
  Status load(std::size_t least);
  Status check_offsets(std::int64_t first, const LogEntry& entry);
  tl::unexpected<Error> damaged(const std::string& what) const;

  const Store& store_;
  PartitionPlace place_;
  const ArchivedPartition& partition_;
  Deadline deadline_;
  TransactionFates fates_;
  std::int64_t from_ = 0;
  std::int64_t until_ = 0;
  std::vector<const ArchivedSegment*> segments_;  // still to be read
  std::size_t segment_ = 0;
  std::optional<SegmentBytes> bytes_;
  std::uint64_t position_ = 0;    // in the segment
  std::int64_t next_offset_ = 0;  // of the segment's next entry, at least
  std::shared_ptr<std::string> piece_;
  std::uint64_t piece_from_ = 0;
};

}  // namespace arkive::kafka
