#include "stores/many_objects.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace arkive {
namespace {

constexpr std::size_t kThreads = 16;
constexpr std::size_t kAhead = 64;  // results that may wait to be taken

/// Threads that do `work(0)` to `work(count - 1)` and run ahead of whoever takes the results.
template <class Done>
class Ahead {
 public:
  using Work = std::function<Done(std::size_t index)>;

  Ahead(std::size_t count, Work work) : work_(std::move(work)), done_(count) {
    for (std::size_t i = 0; i < std::min(kThreads, count); ++i) threads_.emplace_back([this] { work_on(); });
  }
  ~Ahead() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;

  /// Once, and in their order.
  Done take(std::size_t index) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return done_[index].has_value(); });
    Done done = std::move(*done_[index]);
    done_[index].reset();
    taken_ = index + 1;
    changed_.notify_all();
    return done;
  }

 private:
  void work_on() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return ending_ || next_ == done_.size() || next_ < taken_ + kAhead; });
      if (ending_ || next_ == done_.size()) return;
      const std::size_t mine = next_++;
      lock.unlock();
      Done done = work_(mine);
      lock.lock();
      done_[mine] = std::move(done);
      changed_.notify_all();
    }
  }

  const Work work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::optional<Done>> done_;
  std::size_t next_ = 0;
  std::size_t taken_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

Status get_each(const Store& store, const std::vector<std::string>& keys, const TakeObject& each,
                Deadline deadline) {
  Ahead<Result<std::string>> reading(keys.size(),
                                     [&](std::size_t i) { return store.get(keys[i], 0, 0, deadline); });
  for (std::size_t i = 0; i < keys.size(); ++i) ARKIVE_TRY(each(keys[i], reading.take(i)));
  return ok();
}

Status get_each_below(const Store& store, std::string_view prefix,
                      const std::function<bool(const std::string& key)>& wanted, const TakeObject& each,
                      Deadline deadline) {
  std::vector<std::string> keys;
  ARKIVE_TRY(store.list(
      prefix,
      [&](const Store::Object& object) -> Status {
        if (wanted(object.key)) keys.push_back(object.key);
        return ok();
      },
      deadline));
  return get_each(store, keys, each, deadline);
}

Status remove_each(Store& store, const std::vector<std::string>& keys, const TakeRemoval& each,
                   Deadline deadline) {
  Ahead<Status> removing(keys.size(), [&](std::size_t i) { return store.remove(keys[i], deadline); });
  for (std::size_t i = 0; i < keys.size(); ++i) ARKIVE_TRY(each(keys[i], removing.take(i)));
  return ok();
}

}  // namespace arkive
