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

/// What `ask` says of each of `keys`, told to `each` in their order.
template <class Answer>
Status ask_of_each(const std::vector<std::string>& keys,
                   const std::function<Answer(const std::string& key)>& ask,
                   const std::function<Status(const std::string& key, Answer answer)>& each) {
  Ahead<Answer> asking(keys.size(), [&](std::size_t i) { return ask(keys[i]); });
  for (std::size_t i = 0; i < keys.size(); ++i) ARKIVE_TRY(each(keys[i], asking.take(i)));
  return ok();
}

}  // namespace

Status get_each(const Store& store, const std::vector<std::string>& keys, const TakeObject& each,
                Deadline deadline) {
  return ask_of_each<Result<std::string>>(
      keys, [&](const std::string& key) { return store.get(key, 0, 0, deadline); }, each);
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
  return ask_of_each<Status>(
      keys, [&](const std::string& key) { return store.remove(key, deadline); }, each);
}

Status ask_removal_of_each(const Store& store, const std::vector<std::string>& keys, const TakeRemoval& each,
                           Deadline deadline) {
  return ask_of_each<Status>(
      keys, [&](const std::string& key) { return may_remove(store, key, deadline); }, each);
}

Status keep_each_until(Store& store, const std::vector<std::string>& keys, UnixMilliseconds until,
                       const TakeExtension& each, Deadline deadline) {
  return ask_of_each<Result<bool>>(
      keys, [&](const std::string& key) { return store.keep_until(key, until, deadline); }, each);
}

Status ask_keeping_of_each(const Store& store, const std::vector<std::string>& keys, UnixMilliseconds until,
                           const TakeExtension& each, Deadline deadline) {
  return ask_of_each<Result<bool>>(
      keys, [&](const std::string& key) { return store.may_keep_until(key, until, deadline); }, each);
}

}  // namespace arkive
