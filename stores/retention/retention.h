/// Retention: which runs of a cluster stay, and why. Pure: no clock, no storage.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stores/core/time.h"

namespace arkive {

/// A run stays when one rule keeps it. 0 and nothing: no such rule. Days, weeks (ISO 8601, from Monday),
/// months and years are those of UTC; of each, the newest run stays, and only those count in which there is
/// one.
struct RetentionRules {
  std::uint64_t last = 0;                                ///< the newest so many
  std::optional<std::chrono::milliseconds> within = {};  ///< so long before the newest whole one
  std::uint64_t daily = 0;
  std::uint64_t weekly = 0;
  std::uint64_t monthly = 0;
  std::uint64_t yearly = 0;

  bool any() const { return last + daily + weekly + monthly + yearly > 0 || within.has_value(); }
};

/// Of a run, what the rules look at.
struct DatedRun {
  std::string id;
  UnixMilliseconds started = 0;
  bool whole = false;
};

/// "last 3", "within 30d", "daily 2026-11-03", "weekly 2026-W45", "monthly 2026-11", "yearly 2026"; with
/// ", not whole" behind it for a run that is not and takes no whole one's place. Also, whatever the rules:
/// "newest whole", "newest" (which is not whole), "in the future" (it began after `now`: some clock is
/// wrong, and it counts for no rule).
struct RetentionVerdict {
  std::string id;
  std::vector<std::string> reasons;

  bool stays() const { return !reasons.empty(); }
};

/// A verdict for each run, oldest first (by `started`, then id), whatever the order of `runs`. Without any
/// rule only the newest stay.
std::vector<RetentionVerdict> apply_retention(const RetentionRules& rules, std::vector<DatedRun> runs,
                                              UnixMilliseconds now);

}  // namespace arkive
