#include "kafka/wire/at_once.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

namespace arkive::kafka::wire {

void at_once(std::span<const std::function<void()>> tasks) {
  constexpr std::size_t kMostThreads = 64;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < tasks.size(); i = next++) tasks[i]();
  };
  std::vector<std::jthread> threads;
  try {
    while (threads.size() + 1 < std::min(tasks.size(), kMostThreads)) threads.emplace_back(work);
  } catch (const std::system_error&) {
    // No more threads to be had: those that run, and this one, do it all.
  }
  work();
}

}  // namespace arkive::kafka::wire
