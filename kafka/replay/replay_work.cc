#include "kafka/replay/replay_work.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>

#include "kafka/replay/replay_worker_internal.h"

namespace arkive::kafka {
namespace {

constexpr int kMostWorkers = 4;

}  // namespace

Status replay_all(ReplayGround& ground, std::vector<ReplayTask>& tasks, const ReplayOptions& options) {
  Leaders leaders(*ground.source);
  ARKIVE_TRY(leaders.refresh(Deadline::after(options.patience)));
  TaskQueue queue(tasks);
  SentBytes sent;
  Throttled throttled;
  std::atomic<bool> stop = false;
  std::mutex mutex;
  std::optional<Error> failure;
  const auto work = [&] {
    ReplayWorker worker(ground, options, leaders, queue, sent, throttled, stop);
    const Status done = worker.run();
    if (done) return;
    stop = true;
    const std::lock_guard lock(mutex);
    if (!failure) failure = done.error();
  };
  const int wanted = options.workers > 0 ? options.workers : kMostWorkers;
  const int workers = std::clamp(static_cast<int>(tasks.size()), 1, wanted);
  std::vector<std::thread> threads;
  for (int i = 1; i < workers; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  ground.throttled = throttled.until_now();
  const Status flushed = ground.journal->flush();
  if (failure) return fail(*failure);
  return flushed;
}

}  // namespace arkive::kafka
