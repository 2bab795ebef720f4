/// PartsUnderWay: the parts of all uploads of a store that are on their way, and the buffers they leave.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

namespace arkive::remote {

/// Any thread.
class PartsUnderWay {
 public:
  explicit PartsUnderWay(std::size_t most) : most_(most) {}
  /// Waits until one more may be on its way.
  void begin();
  /// It is there, or has failed; `buffer` is free again.
  void end(std::string buffer);
  /// An empty buffer, of a part that was sent where there is one.
  std::string take_buffer();

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
  std::vector<std::string> free_;
};

}  // namespace arkive::remote
