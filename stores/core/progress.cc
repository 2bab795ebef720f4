#include "stores/core/progress.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <optional>
#include <thread>

#include "stores/core/bytes.h"
#include "stores/core/terminal_internal.h"
#include "stores/core/time.h"

namespace arkive {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kSilence(1000);
constexpr std::chrono::milliseconds kLineInterval(10'000);
constexpr std::chrono::milliseconds kBarInterval(200);
constexpr std::size_t kBarWidth = 20;

std::size_t terminal_width() {
  struct winsize size = {};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

struct Counts {
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::uint64_t steps = 0;
  std::uint64_t all_steps = 0;

  /// 0 to 1; nothing: not known.
  std::optional<double> share() const {
    const std::uint64_t all = all_steps > 0 ? all_steps : total;
    if (all == 0) return std::nullopt;
    return std::min(1.0, static_cast<double>(all_steps > 0 ? steps : done) / static_cast<double>(all));
  }
};

std::string amount(ProgressUnit unit, std::uint64_t number) {
  return unit == ProgressUnit::kBytes ? human_size(number) : std::to_string(number);
}

/// "read znodes: 1200 of 2000 (60 %), 400/s, 2.0 s left"
std::string describe(const std::string& name, ProgressUnit unit, const Counts& counts,
                     Clock::duration spent) {
  std::string text = name + ": " + amount(unit, counts.done);
  if (counts.total > 0) text += " of " + amount(unit, counts.total);
  const std::optional<double> share = counts.share();
  if (share) text += " (" + std::to_string(static_cast<int>(100 * *share)) + " %)";
  const double seconds = std::chrono::duration<double>(spent).count();
  const double rate = seconds > 0 ? static_cast<double>(counts.done) / seconds : 0;
  text += ", " + amount(unit, static_cast<std::uint64_t>(rate)) + "/s";
  if (share && *share > 0 && *share < 1) {
    const double left = seconds * (1 - *share) / *share;
    constexpr double kMostSeconds = 100 * 24 * 3600.0;  // beyond it the guess says nothing
    if (left < kMostSeconds) {
      text +=
          ", " + human_duration(std::chrono::milliseconds(static_cast<std::int64_t>(left * 1000))) + " left";
    }
  }
  return text;
}

std::string bar(const Counts& counts) {
  const std::optional<double> share = counts.share();
  if (!share) return {};
  const auto filled = static_cast<std::size_t>(*share * kBarWidth);
  return "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '.') + "] ";
}

}  // namespace

Terminal& terminal() {
  static Terminal* const instance = new Terminal;
  return *instance;
}

void Terminal::clear_bar() {
  if (!bar_shown) return;
  bar_shown = false;
  (void)std::fputs("\r\x1b[K", stderr);
  (void)std::fflush(stderr);
}

struct Progress::Printer {
  Printer(Progress& owner, ProgressStyle chosen, ProgressUnit counted, const std::string& work)
      : progress(owner), style(chosen), unit(counted), name(printable(work)), began(Clock::now()) {
    // Signals are for the thread that can act on them.
    sigset_t all;
    sigset_t before;
    (void)::sigfillset(&all);
    (void)::pthread_sigmask(SIG_SETMASK, &all, &before);
    thread = std::thread([this] { run(); });
    (void)::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  ~Printer() {
    {
      const std::lock_guard<std::mutex> lock(mutex);
      ended = true;
    }
    wake.notify_all();
    thread.join();
    if (!printed) return;
    print(true);
  }

  Printer(const Printer&) = delete;
  Printer& operator=(const Printer&) = delete;

  void run() {
    std::unique_lock<std::mutex> lock(mutex);
    std::chrono::milliseconds wait = kSilence;
    while (!wake.wait_for(lock, wait, [this] { return ended; })) {
      print(false);
      printed = true;
      wait = style == ProgressStyle::kBar ? kBarInterval : kLineInterval;
    }
  }

  void print(bool last) const {
    const Counts counts{
        progress.done_.load(std::memory_order_relaxed), progress.total_.load(std::memory_order_relaxed),
        progress.steps_.load(std::memory_order_relaxed), progress.all_steps_.load(std::memory_order_relaxed)};
    std::string text = describe(name, unit, counts, Clock::now() - began);
    if (style == ProgressStyle::kBar) {
      text = bar(counts) + text;
      // A line that wraps cannot be overwritten.
      text.resize(std::min(text.size(), terminal_width() - 1));
      text = "\r" + text + (last ? "\x1b[K\n" : "\x1b[K");
    } else {
      text += "\n";
    }
    const std::lock_guard<std::mutex> lock(terminal().mutex);
    if (style != ProgressStyle::kBar) terminal().clear_bar();
    terminal().bar_shown = style == ProgressStyle::kBar && !last;
    (void)std::fwrite(text.data(), 1, text.size(), stderr);
    (void)std::fflush(stderr);
  }

  Progress& progress;
  const ProgressStyle style;
  const ProgressUnit unit;
  const std::string name;
  const Clock::time_point began;
  std::mutex mutex;
  std::condition_variable wake;
  bool ended = false;
  bool printed = false;
  std::thread thread;
};

Progress::Progress(ProgressStyle style, const std::string& name, std::uint64_t total, ProgressUnit unit)
    : total_(total) {
  if (style != ProgressStyle::kNone) printer_ = std::make_unique<Printer>(*this, style, unit, name);
}

Progress::~Progress() = default;

ProgressStyle default_progress_style() {
  return ::isatty(STDERR_FILENO) == 1 ? ProgressStyle::kBar : ProgressStyle::kLines;
}

}  // namespace arkive
