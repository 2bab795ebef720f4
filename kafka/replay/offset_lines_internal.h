/// The lines of the journal's file of offsets, read. Internal to kafka/replay.
#pragma once

#include <cstddef>
#include <string_view>

#include "kafka/replay/journal.h"

namespace arkive::kafka {

struct ReadLines {
  JournalState state;
  std::size_t whole_bytes = 0;  ///< what follows is a torn last line
};

/// `text`: all of the file. kCorrupt naming the line; kUsage: a newer format.
Result<ReadLines> read_offset_lines(std::string_view text);

}  // namespace arkive::kafka
