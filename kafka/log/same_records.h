/// Whether two log entries hold the same records, where both can.
#pragma once

#include <cstdint>

#include "kafka/log/batch.h"

namespace arkive::kafka {

enum class SameRecords : std::uint8_t {
  kAll,    ///< bytes may differ (another codec), but in the offsets both span, the records are equal
  kFewer,  ///< the later one lacks some, and those it has are equal: compaction
  kNo      ///< a record differs, one is in the later entry only, or one of the entries cannot be read
};

/// `later` was read after `earlier` from what should be the same log. Compares offset, timestamp, key, value
/// and headers. Entries that have no offset in common are kFewer.
SameRecords compare_records(const LogEntry& earlier, const LogEntry& later);

}  // namespace arkive::kafka
