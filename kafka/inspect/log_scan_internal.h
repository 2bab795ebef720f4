/// LogScan: what the segments of one partition tell, read one behind another.
#pragma once

#include <cstdint>
#include <string>

#include "kafka/inspect/inspect_logs.h"
#include "kafka/inspect/segment_file_internal.h"
#include "kafka/log/records.h"
#include "kafka/log/segment_reader.h"

namespace arkive::kafka::inspecting {

struct SegmentToScan {
  std::string name;  ///< of its file
  std::int64_t base_offset = 0;
  bool is_last = false;
  /// The broker ended in good order, so that it will look for no end that is cut short.
  bool is_trusted = false;
};

/// Not thread-safe. Borrows what it is given.
class LogScan {
 public:
  LogScan(const InspectOptions& options, InspectedPartition& into);

  /// The next segment. Damage goes into the report, and the scan goes on with the next sound batch behind it.
  /// Errors: kInterrupted, kRetry (the deadline has passed, the file has become shorter), those of reading.
  Status scan(SegmentFile& file, const SegmentToScan& segment);

  /// Behind the last entry so far; 0: there was none.
  std::int64_t next_offset() const { return next_offset_; }

 private:
  /// Where a walk ended.
  struct Stop {
    std::uint64_t position = 0;  ///< behind the last good entry
    std::string cause;           ///< what is wrong there; empty: the file ends
    std::uint64_t next = 0;      ///< behind the wrong entry, if its length is right; 0: it has none
  };

  Result<Stop> walk(SegmentReader& reader, SegmentFile& file, std::uint64_t from);
  Result<Stop> walk_headers(SegmentFile& file, std::uint64_t from);
  /// Where to go on; the size of the file: nowhere.
  Result<std::uint64_t> judge(SegmentFile& file, Stop stop);
  Status take(const LogEntry& entry, std::uint64_t position);
  std::string wrong_order(const LogEntry& entry) const;
  Status take_transaction_states(const LogEntry& entry);
  void damaged(std::uint64_t position, std::string cause);
  Status count(std::uint64_t bytes);
  Status report_progress();

  const InspectOptions& options_;
  InspectedPartition& into_;
  const bool has_transaction_states_;
  const bool checks_;
  RecordReader records_;
  const SegmentToScan* segment_ = nullptr;
  std::int64_t next_offset_ = 0;
  std::uint64_t uncounted_ = 0;
};

}  // namespace arkive::kafka::inspecting
