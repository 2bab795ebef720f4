#include "stores/remote/parts_under_way.h"

#include <algorithm>
#include <iterator>

namespace arkive::remote {

void PartsUnderWay::begin() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return count_ < most_; });
  ++count_;
}

void PartsUnderWay::end() {
  {
    const std::lock_guard lock(mutex_);
    --count_;
  }
  changed_.notify_one();
}

PartBuffer PartsUnderWay::take_buffer(std::size_t capacity) {
  const std::lock_guard lock(mutex_);
  const auto fits = [&](const PartBuffer& buffer) { return buffer.capacity() >= capacity; };
  const auto found = std::find_if(free_.rbegin(), free_.rend(), fits);
  if (found == free_.rend()) return PartBuffer(capacity);
  PartBuffer buffer = std::move(*found);
  free_.erase(std::next(found).base());
  return buffer;
}

void PartsUnderWay::give_back(PartBuffer buffer) {
  if (buffer.capacity() == 0) return;
  buffer.clear();
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(buffer));
  if (free_.size() <= most_) return;
  // Parts become larger, never smaller.
  free_.erase(std::min_element(
      free_.begin(), free_.end(),
      [](const PartBuffer& one, const PartBuffer& other) { return one.capacity() < other.capacity(); }));
}

}  // namespace arkive::remote
