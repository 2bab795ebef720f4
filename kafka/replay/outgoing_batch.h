/// OutgoingBatch: a record batch on its way to one partition of the target.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kafka/log_target.h"
#include "kafka/replay/journal.h"

namespace arkive::kafka {

/// `count` records at offsets source, source + 1, ... of the source.
struct SourceRun {
  std::int64_t source = 0;
  std::int32_t count = 0;
};

struct OutgoingBatch {
  std::shared_ptr<std::string> owner;  ///< holds the bytes
  char* data = nullptr;
  std::size_t size = 0;
  std::int32_t records = 0;
  std::vector<SourceRun> runs;  ///< of its records; none: of several partitions, by key
  LeftOut left;                 ///< up to its last record, from the beginning of the source
  std::int64_t number = 0;      ///< of its first record, in the target partition

  Bytes bytes() const { return {data, size}; }
};

}  // namespace arkive::kafka
