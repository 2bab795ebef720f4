#include "stores/core/progress.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
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

/// "read znodes: 1200 of 2000 (60 %), 400/s, 2.0 s left"
std::string describe(const std::string& name, std::uint64_t done, std::uint64_t total,
                     Clock::duration spent) {
  std::string text = name + ": " + std::to_string(done);
  if (total > 0) {
    const double percent = 100.0 * static_cast<double>(done) / static_cast<double>(total);
    text += " of " + std::to_string(total) + " (" +
            std::to_string(static_cast<int>(std::min(percent, 100.0))) + " %)";
  }
  const double seconds = std::chrono::duration<double>(spent).count();
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  text += ", " + std::to_string(static_cast<std::uint64_t>(rate)) + "/s";
  if (total > done && rate > 0) {
    const double left = static_cast<double>(total - done) / rate;
    constexpr double kMostSeconds = 100 * 24 * 3600.0;  // beyond it the guess says nothing
    if (left < kMostSeconds) {
      text +=
          ", " + human_duration(std::chrono::milliseconds(static_cast<std::int64_t>(left * 1000))) + " left";
    }
  }
  return text;
}

std::string bar(std::uint64_t done, std::uint64_t total) {
  if (total == 0) return {};
  const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  const auto filled = static_cast<std::size_t>(share * kBarWidth);
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
  Printer(Progress& owner, ProgressStyle chosen, const std::string& work)
      : progress(owner), style(chosen), name(printable(work)), began(Clock::now()) {
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
    const std::uint64_t done = progress.done_.load(std::memory_order_relaxed);
    const std::uint64_t total = progress.total_.load(std::memory_order_relaxed);
    std::string text = describe(name, done, total, Clock::now() - began);
    if (style == ProgressStyle::kBar) {
      text = bar(done, total) + text;
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
  const std::string name;
  const Clock::time_point began;
  std::mutex mutex;
  std::condition_variable wake;
  bool ended = false;
  bool printed = false;
  std::thread thread;
};

Progress::Progress(ProgressStyle style, const std::string& name, std::uint64_t total) : total_(total) {
  if (style != ProgressStyle::kNone) printer_ = std::make_unique<Printer>(*this, style, name);
}

Progress::~Progress() = default;

ProgressStyle default_progress_style() {
  return ::isatty(STDERR_FILENO) == 1 ? ProgressStyle::kBar : ProgressStyle::kLines;
}

}  // namespace arkive
