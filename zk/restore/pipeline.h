/// pipelined: many asynchronous requests of one sort, some in flight at a time, waited for.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace arkive::zk {

/// Calls start(i, done) for i in [0, count), `most` at a time; done(answered) may come on any thread. Returns
/// when all have come, in the order of i.
template <class Answered, class Start>
std::vector<Answered> pipelined(std::size_t count, std::size_t most, Start start) {
  struct Shared {
    std::mutex mutex;
    std::condition_variable came;
    std::vector<Answered> answers;
    std::size_t done = 0;
  };
  // Shared: the last callback may still hold the mutex when the waiting thread goes on.
  const auto shared = std::make_shared<Shared>();
  shared->answers.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    {
      std::unique_lock lock(shared->mutex);
      shared->came.wait(lock, [&] { return i - shared->done < most; });
    }
    start(i, [shared, i](Answered answered) {
      const std::lock_guard lock(shared->mutex);
      shared->answers[i] = std::move(answered);
      ++shared->done;
      shared->came.notify_one();
    });
  }
  std::unique_lock lock(shared->mutex);
  shared->came.wait(lock, [&] { return shared->done == count; });
  return std::move(shared->answers);
}

}  // namespace arkive::zk
