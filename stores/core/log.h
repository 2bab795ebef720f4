/// Logging to standard error, as text or as one JSON object a line. Never a secret: nothing that came from a
/// file of secrets, an ACL id's hash or a znode's data is logged. Texts go through printable() here, so names
/// may be passed raw. Any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace arkive {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };
enum class LogFormat : std::uint8_t { kText, kJson };

/// Call once, before the first thread. Default: kInfo, kText.
void configure_log(LogLevel least, LogFormat format);

/// "error: <text>" lines are for what failed the run; the command prints them itself at its end.
void log_debug(std::string_view text);
void log_info(std::string_view text);
void log_warning(std::string_view text);
void log_error(std::string_view text);

}  // namespace arkive
