/// What the screens about archived topics sum up.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "kafka/archive/contents.h"

namespace arkive::tools {

/// Records and times are those of the newest generations, bytes and segments of all.
struct Totals {
  std::int64_t records = 0;  ///< control records too; -1: not known
  std::uint64_t bytes = 0;   ///< of the logs, not compressed
  std::uint64_t stored_bytes = 0;
  std::uint64_t segments = 0;
  std::int64_t first_offset = -1;  ///< of the partition added last
  UnixMilliseconds newest = kafka::kNoTimestamp;

  void add(const kafka::ArchivedPartition& partition);
  std::string records_text() const;
};
Totals totals_of(const kafka::ArchivedTopic& topic);
Totals totals_of(const kafka::ArchivedPartition& partition);
nlohmann::json totals_json(const Totals& totals);

/// How far behind the archive's end a group was when it was asked; nothing for what is not archived,
/// negative where it had committed beyond that.
std::optional<std::int64_t> lag_of(const kafka::CommittedOffset& committed,
                                   const kafka::ArchivedTopic& topic);

}  // namespace arkive::tools
