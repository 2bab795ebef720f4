/// Looks through the log directories of a broker. Reads only.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kafka/inspect/logs_report.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::kafka {

struct InspectOptions {
  std::int32_t broker = -1;  ///< when meta.properties is not there to tell it
  /// Every CRC is checked: every byte is read. Otherwise batch headers only, which is enough for epochs, ends
  /// and producer ids.
  bool check_batches = true;
  int workers = 0;                                         ///< 0: as many as processors, four at most
  std::function<void(std::uint64_t bytes)> on_progress{};  ///< any thread
  Deadline deadline = Deadline::never();
};

/// Trouble of one file, partition or directory stands in the report and the others go on. Errors: kUsage (no
/// directory, one twice, directories of different brokers or clusters), kNotFound (a directory is not there),
/// kInterrupted, kRetry (options.deadline has passed).
Result<LogsReport> inspect_logs(const std::vector<std::string>& directories, const InspectOptions& options);

}  // namespace arkive::kafka
