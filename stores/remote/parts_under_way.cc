#include "stores/remote/parts_under_way.h"

namespace arkive::remote {
namespace {
constexpr std::size_t kMostFree = 2;
}

void PartsUnderWay::begin() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return count_ < most_; });
  ++count_;
}

void PartsUnderWay::end(std::string buffer) {
  buffer.clear();
  {
    const std::lock_guard lock(mutex_);
    --count_;
    if (free_.size() < kMostFree) free_.push_back(std::move(buffer));
  }
  changed_.notify_one();
}

std::string PartsUnderWay::take_buffer() {
  const std::lock_guard lock(mutex_);
  if (free_.empty()) return {};
  std::string buffer = std::move(free_.back());
  free_.pop_back();
  return buffer;
}

}  // namespace arkive::remote
