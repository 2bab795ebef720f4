/// PartsUnderWay: the parts of all uploads of a store that are on their way, and the buffers they leave.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

#include "stores/remote/part_buffer.h"

namespace arkive::remote {

/// Any thread.
class PartsUnderWay {
 public:
  explicit PartsUnderWay(std::size_t most) : most_(most) {}
  /// Waits until one more may be on its way.
  void begin();
  /// It is there, or has failed.
  void end();
  /// An empty one of at least `capacity` bytes: one that was given back, where there is one.
  PartBuffer take_buffer(std::size_t capacity);
  /// No more are kept than parts can be on their way: the largest.
  void give_back(PartBuffer buffer);

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
  std::vector<PartBuffer> free_;
};

}  // namespace arkive::remote
