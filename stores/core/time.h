/// Moments as people and file names write them. The wall clock stands behind a seam, so that a test can
/// script it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "stores/core/result.h"

namespace arkive {

/// Milliseconds since 1970-01-01T00:00:00Z.
using UnixMilliseconds = std::int64_t;

/// Now; ARKIVE_NOW (an RFC 3339 time, read at each call) replaces it in builds with ARKIVE_FAULTS.
UnixMilliseconds wall_clock_now();

/// "2026-11-20T23:30:00Z" (whole seconds, UTC).
std::string format_time(UnixMilliseconds moment);
/// Accepts "2026-11-20T23:30:00Z", "...+01:00", "2026-11-20 23:30", "2026-11-20" (UTC). kUsage otherwise.
Result<UnixMilliseconds> parse_time(std::string_view text);
/// "30s", "5m", "2h", "1d", "500ms"; a hundred years at most. kUsage otherwise.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);
/// "64MiB", "1GB", "4096". kUsage otherwise.
Result<std::uint64_t> parse_size(std::string_view text);
/// "3.2 s", "1 min 20 s", "2 h 5 min".
std::string human_duration(std::chrono::milliseconds span);

/// The id of a run: "20261120T233000Z-8f3a2c", the time it began and 24 random bits. Sorts by time.
std::string new_run_id(UnixMilliseconds moment);
/// The time in a run id; kUsage when it is none.
Result<UnixMilliseconds> run_id_time(std::string_view id);

}  // namespace arkive
