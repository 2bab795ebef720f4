/// Waiting for asynchronous requests of Target: for one, or for many with some in flight at a time. A wait
/// that SIGINT or SIGTERM cuts short ends as if the connection had been lost.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "stores/core/interrupt.h"
#include "zk/client/session.h"

namespace arkive::zk {

constexpr std::chrono::milliseconds kInterruptCheck{200};

inline void mark_lost(Answer& answer) {
  answer = Answer::kConnectionLoss;
}
inline void mark_lost(Session::Got& got) {
  got.answer = Answer::kConnectionLoss;
}
inline void mark_lost(Session::GotAcl& got) {
  got.answer = Answer::kConnectionLoss;
}
inline void mark_lost(std::vector<Answer>& answers) {
  answers = {Answer::kConnectionLoss};
}

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
  // Shared: callbacks may come when the waiting thread has gone on.
  const auto shared = std::make_shared<Shared>();
  shared->answers.resize(count);
  for (Answered& answer : shared->answers) mark_lost(answer);
  const auto wait_until = [&](auto enough) {
    std::unique_lock lock(shared->mutex);
    while (!enough() && !interrupted()) shared->came.wait_for(lock, kInterruptCheck);
  };
  for (std::size_t i = 0; i < count && !interrupted(); ++i) {
    wait_until([&] { return i - shared->done < most; });
    start(i, [shared, i](Answered answered) {
      const std::lock_guard lock(shared->mutex);
      if (i < shared->answers.size()) shared->answers[i] = std::move(answered);
      ++shared->done;
      shared->came.notify_one();
    });
  }
  wait_until([&] { return shared->done == count; });
  const std::lock_guard lock(shared->mutex);
  return std::exchange(shared->answers, {});
}

/// `auto got = wait_for<Session::Got>([&](auto done) { target.get(path, std::move(done)); });`
template <class Answered, class Start>
Answered wait_for(Start start) {
  return std::move(
      pipelined<Answered>(1, 1, [&](std::size_t, auto done) { start(std::move(done)); }).front());
}

}  // namespace arkive::zk
