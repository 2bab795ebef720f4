#include "stores/get_each.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace arkive {
namespace {

constexpr std::size_t kReaders = 16;
constexpr std::size_t kAhead = 64;  // objects that may wait to be taken

/// Readers that run ahead of whoever takes what they read.
class Readers {
 public:
  Readers(const Store& store, const std::vector<std::string>& keys, Deadline deadline)
      : store_(store), keys_(keys), deadline_(deadline), read_(keys.size()) {
    const std::size_t count = std::min(kReaders, keys.size());
    for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { read_on(); });
  }
  ~Readers() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;

  Result<std::string> take(std::size_t index) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return read_[index].has_value(); });
    Result<std::string> bytes = std::move(*read_[index]);
    read_[index].reset();
    taken_ = index + 1;
    changed_.notify_all();
    return bytes;
  }

 private:
  void read_on() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return ending_ || next_ == keys_.size() || next_ < taken_ + kAhead; });
      if (ending_ || next_ == keys_.size()) return;
      const std::size_t mine = next_++;
      lock.unlock();
      Result<std::string> bytes = store_.get(keys_[mine], 0, 0, deadline_);
      lock.lock();
      read_[mine] = std::move(bytes);
      changed_.notify_all();
    }
  }

  const Store& store_;
  const std::vector<std::string>& keys_;
  const Deadline deadline_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::optional<Result<std::string>>> read_;
  std::size_t next_ = 0;
  std::size_t taken_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

Status get_each(const Store& store, const std::vector<std::string>& keys, const TakeObject& each,
                Deadline deadline) {
  Readers readers(store, keys, deadline);
  for (std::size_t i = 0; i < keys.size(); ++i) ARKIVE_TRY(each(keys[i], readers.take(i)));
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

}  // namespace arkive
