/// Progress of long work: a bar on a terminal, one line per interval otherwise, nothing with --quiet.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace arkive {

enum class ProgressStyle : std::uint8_t { kNone, kLines, kBar };
/// How what is counted is printed: as it is, or as a size ("1.2 GiB").
enum class ProgressUnit : std::uint8_t { kNumber, kBytes };

/// One counter of work with a name ("read znodes"). Counting is thread-safe and costs an atomic add; printing
/// happens on a thread of its own, first after 1 s (so short work prints nothing), then every 10 s (kLines)
/// or 0.2 s (kBar), on standard error.
class Progress {
 public:
  /// `total` 0: unknown.
  Progress(ProgressStyle style, const std::string& name, std::uint64_t total = 0,
           ProgressUnit unit = ProgressUnit::kNumber);
  ~Progress();  ///< ends the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void add(std::uint64_t units) { done_.fetch_add(units, std::memory_order_relaxed); }
  void set_total(std::uint64_t total) { total_.store(total, std::memory_order_relaxed); }
  /// For work whose size is known in another unit than the one counted (offsets, where bytes are counted):
  /// how much is done and how long the rest takes are then told by it.
  void set_steps(std::uint64_t steps) { all_steps_.store(steps, std::memory_order_relaxed); }
  void step(std::uint64_t steps) { steps_.fetch_add(steps, std::memory_order_relaxed); }

 private:
  struct Printer;
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> total_{0};
  std::atomic<std::uint64_t> steps_{0};
  std::atomic<std::uint64_t> all_steps_{0};
  std::unique_ptr<Printer> printer_;
};

/// kBar when standard error is a terminal, kLines otherwise.
ProgressStyle default_progress_style();

}  // namespace arkive
