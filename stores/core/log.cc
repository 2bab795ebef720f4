#include "stores/core/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "stores/core/bytes.h"
#include "stores/core/terminal_internal.h"

namespace arkive {

namespace {

std::atomic<LogFormat> current_format{LogFormat::kText};

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      break;
  }
  return spdlog::level::err;
}

void set_pattern(spdlog::logger& logger, LogFormat format) {
  const char* const pattern = format == LogFormat::kJson
                                  ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","text":"%v"})"
                                  : "%Y-%m-%dT%H:%M:%SZ %l: %v";
  logger.set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
}

spdlog::logger& logger() {
  // Never destroyed: threads may log while static objects go.
  static spdlog::logger* const instance = [] {
    auto created =
        std::make_unique<spdlog::logger>("arkive", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    created->set_level(spdlog::level::info);
    set_pattern(*created, LogFormat::kText);
    return created.release();
  }();
  return *instance;
}

/// printable() leaves valid UTF-8 without controls, so quotes and backslashes are all that JSON still minds.
std::string json_escaped(const std::string& text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

void write(spdlog::level::level_enum level, std::string_view text) {
  if (!logger().should_log(level)) return;
  std::string line = printable(text);
  if (current_format.load(std::memory_order_relaxed) == LogFormat::kJson) line = json_escaped(line);
  const std::lock_guard<std::mutex> lock(terminal().mutex);
  terminal().clear_bar();
  logger().log(level, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void configure_log(LogLevel least, LogFormat format) {
  current_format.store(format, std::memory_order_relaxed);
  logger().set_level(spdlog_level(least));
  set_pattern(logger(), format);
}

void log_debug(std::string_view text) {
  write(spdlog::level::debug, text);
}
void log_info(std::string_view text) {
  write(spdlog::level::info, text);
}
void log_warning(std::string_view text) {
  write(spdlog::level::warn, text);
}
void log_error(std::string_view text) {
  write(spdlog::level::err, text);
}

}  // namespace arkive
