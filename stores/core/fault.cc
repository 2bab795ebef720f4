#include "stores/core/fault.h"

#ifdef ARKIVE_FAULTS

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace arkive::fault {

namespace {

/// What ARKIVE_FAULT asks for.
struct Order {
  int signal = 0;
  int error_number = 0;
  std::uint64_t from = 0;  ///< 0: nothing
  bool onwards = false;
};

std::atomic<std::uint64_t> points{0};
std::atomic<std::uint64_t> errno_points{0};

[[noreturn]] void refuse(const char* text) {
  // A test whose fault is never injected would pass for the wrong reason.
  (void)std::fprintf(stderr,
                     "ARKIVE_FAULT '%s' is none of kill@N, stop@N, and an errno name with @N or @N+\n", text);
  std::abort();
}

int number_of(std::string_view name) {
  for (int number = 1; number < 256; ++number) {
    const char* known = strerrorname_np(number);
    if (known != nullptr && name == known) return number;
  }
  return 0;
}

Order read_order() {
  Order order;
  const char* const variable = std::getenv("ARKIVE_FAULT");
  if (variable == nullptr || *variable == '\0') return order;
  std::string_view text(variable);
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) refuse(variable);
  const std::string_view name = text.substr(0, at);
  std::string_view count = text.substr(at + 1);
  if (name == "kill" || name == "stop") {
    order.signal = name == "kill" ? SIGKILL : SIGSTOP;
  } else {
    order.error_number = number_of(name);
    if (order.error_number == 0) refuse(variable);
    if (count.ends_with('+')) {
      order.onwards = true;
      count.remove_suffix(1);
    }
  }
  const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), order.from);
  if (error != std::errc() || end != count.data() + count.size() || order.from == 0) refuse(variable);
  return order;
}

const Order& order() {
  static const Order instance = read_order();
  return instance;
}

void write_count() {
  const char* const path = std::getenv("ARKIVE_FAULT_COUNT");
  if (path == nullptr) return;
  std::FILE* const file = std::fopen(path, "we");
  if (file == nullptr) return;
  (void)std::fprintf(file, "points %llu errno-points %llu\n", static_cast<unsigned long long>(points.load()),
                     static_cast<unsigned long long>(errno_points.load()));
  (void)std::fclose(file);
}

/// Registered before main, so that a run which passes no point is counted too.
const int registered = std::atexit(write_count);

}  // namespace

void pass() {
  (void)registered;
  const std::uint64_t count = points.fetch_add(1) + 1;
  const Order& wanted = order();
  if (wanted.signal == 0 || count != wanted.from) return;
  (void)::kill(::getpid(), wanted.signal);
  // The signal may reach another thread first; nothing may happen after a kill.
  while (wanted.signal == SIGKILL) (void)::pause();
}

int error_number() {
  const std::uint64_t count = errno_points.fetch_add(1) + 1;
  const Order& wanted = order();
  if (wanted.error_number == 0) return 0;
  return count == wanted.from || (wanted.onwards && count > wanted.from) ? wanted.error_number : 0;
}

}  // namespace arkive::fault

#endif
