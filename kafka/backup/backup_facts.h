/// What a backup adds to the facts of its two halves in the manifest (docs/format-store.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kafka/backup/consistency.h"
#include "stores/core/result.h"
#include "stores/core/time.h"

namespace arkive::kafka {

/// How fast it went, for estimating a restore; 0: nothing was read that could be measured.
struct BackupRates {
  std::uint64_t znodes_per_second = 0;
  std::uint64_t bytes_per_second = 0;
  std::uint64_t records_per_second = 0;
};

/// `count` in `took`; 0 when nothing was done or it took no time that could be measured.
std::uint64_t rate_of(std::uint64_t count, std::chrono::milliseconds took);

struct BackupFacts {
  static constexpr std::size_t kMostNamed = 1000;

  UnixMilliseconds span_began = 0;  ///< all of the backup is as of a moment between these two
  UnixMilliseconds span_ended = 0;
  bool compared = false;
  BackupRates rates;
  std::vector<Disagreement> disagreements;  ///< at most kMostNamed
  std::uint64_t disagreement_count = 0;

  /// `facts` (a JSON object, or two whose fields are joined) with these under "backup".
  std::string added_to(std::string_view tree_facts, std::string_view topic_facts) const;
  /// Of a manifest's facts. Missing fields keep their defaults; kNotFound when there is no "backup".
  static Result<BackupFacts> from_json(std::string_view facts);
};

}  // namespace arkive::kafka
