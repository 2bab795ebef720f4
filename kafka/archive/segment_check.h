/// Checking one archived segment against what its list says of it. Internal to kafka/archive.
#pragma once

#include <string>
#include <vector>

#include "kafka/archive/contents.h"
#include "kafka/archive/verify.h"
#include "kafka/log/aborted.h"
#include "stores/store.h"

namespace arkive::kafka {

struct SegmentToCheck {
  std::string log_key;
  std::string index_keys[3];  ///< .index, .timeindex, .txnindex
  ArchivedSegment facts;
};

/// Reads it as far as `level` asks. `transactions` goes on from segment to segment of one generation; null:
/// what is open at its beginning is not known, and the .txnindex is not compared. Damage is appended to
/// `findings`. Errors: kInterrupted, and those of the store other than kNotFound and kCorrupt.
Status check_segment(const Store& store, const SegmentToCheck& segment, const VerifyOptions& options,
                     TransactionTracker* transactions, std::vector<Finding>& findings);

}  // namespace arkive::kafka
