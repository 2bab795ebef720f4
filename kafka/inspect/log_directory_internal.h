/// LogDirectory: one log directory, held open: whose it is, its checkpoints, its partitions.
#pragma once

#include <string>
#include <vector>

#include "kafka/inspect/inspect_logs.h"
#include "kafka/log_directories/checkpoint_files.h"
#include "stores/core/handle.h"

namespace arkive::kafka::inspecting {

/// A text file of a log directory or a partition, 64 MiB at most. Links are not followed. Errors call it
/// `path`: kNotFound, kDenied, kCorrupt (no regular file), kFull (larger), kFail.
Result<std::string> read_text(int directory, std::string_view name, const std::string& path);

/// Whether a broker holds the lock on the file .lock in `directory`: Java's FileLock is one of fcntl(2).
bool is_in_use(int directory);

/// Any thread, once opened.
struct LogDirectory {
  UniqueFd fd;
  std::string path;
  OffsetCheckpoint high_watermarks;
  OffsetCheckpoint log_starts;
  std::vector<std::string> partitions;  ///< names of partition directories, ascending
  InspectedDirectory facts;             ///< without its partitions; has an error: there are none

  /// kNotFound: there is no directory `path`. A link to it is followed, for the operator named it.
  static Result<LogDirectory> open(const std::string& path);
};

}  // namespace arkive::kafka::inspecting
