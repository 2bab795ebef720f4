/// An archived batch beside the one that the cluster has now at its place. Internal to the archive.
#pragma once

#include <cstdint>

#include "kafka/log/batch.h"

namespace arkive::kafka {

enum class BatchMatch : std::uint8_t {
  kSame,         ///< byte for byte
  kSameRecords,  ///< one of them was written anew from records, by a reader that gets no batches
  kThinned,      ///< compaction took records of it, and those left are the same
  kRemoved,      ///< the cluster's begins behind it
  kOther
};

/// `live` is the first batch of the cluster that ends at or after an offset within `archived`.
BatchMatch match_batch(const LogEntry& archived, const LogEntry& live, bool compacted);

}  // namespace arkive::kafka
