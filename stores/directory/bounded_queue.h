/// A queue between threads that makes the faster side wait, so that memory stays bounded.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace arkive::directory {

/// Any number of threads on both sides.
template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t most) : most_(most) {}

  /// Waits for room. False, and `value` is dropped, once stop() was called.
  bool push(T value) {
    std::unique_lock lock(mutex_);
    has_room_.wait(lock, [&] { return stopped_ || values_.size() < most_; });
    if (stopped_) return false;
    values_.push_back(std::move(value));
    lock.unlock();
    has_value_.notify_one();
    return true;
  }

  /// Waits for a value. Nothing once stop() was called, or close() and all were taken.
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    has_value_.wait(lock, [&] { return stopped_ || closed_ || !values_.empty(); });
    if (stopped_ || values_.empty()) return std::nullopt;
    std::optional<T> value(std::move(values_.front()));
    values_.pop_front();
    lock.unlock();
    has_room_.notify_one();
    return value;
  }

  /// No more will be pushed; what is there can still be taken.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    has_value_.notify_all();
  }

  /// Both sides end now.
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    has_value_.notify_all();
    has_room_.notify_all();
  }

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable has_room_;
  std::condition_variable has_value_;
  std::deque<T> values_;
  bool closed_ = false;
  bool stopped_ = false;
};

}  // namespace arkive::directory
