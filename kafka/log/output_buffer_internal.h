/// Memory that grows while it is filled, and never beyond a limit. Internal to kafka/log.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>

#include "stores/core/bytes.h"

namespace arkive::kafka {

class OutputBuffer {
 public:
  /// Empties it; keeps the memory. It will hold `most` bytes, and some more where a codec must see that they
  /// are too many.
  void begin(std::uint64_t most) {
    size_ = 0;
    most_ = most;
  }
  /// Makes room for `wanted` more bytes. The memory is not cleared: std::string would do that.
  char* room(std::size_t wanted) {
    if (capacity_ - size_ < wanted) {
      const std::size_t capacity = std::max(size_ + wanted, capacity_ * 2);
      auto larger = std::make_unique_for_overwrite<char[]>(capacity);
      if (size_ != 0) std::memcpy(larger.get(), memory_.get(), size_);
      memory_ = std::move(larger);
      capacity_ = capacity;
    }
    return memory_.get() + size_;
  }
  std::size_t free() const { return capacity_ - size_; }
  void took(std::size_t bytes) { size_ += bytes; }
  bool overflows() const { return size_ > most_; }
  std::size_t size() const { return size_; }
  std::uint64_t left() const { return overflows() ? 0 : most_ - size_; }
  Bytes bytes() const { return {memory_.get(), size_}; }

 private:
  std::unique_ptr<char[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
  std::uint64_t most_ = 0;
};

/// Each appends what `from` holds to `to`; nullptr when all went well or `to` overflows, else what is wrong.
const char* append_lz4(Bytes from, OutputBuffer& to);
const char* append_snappy(Bytes from, OutputBuffer& to);

}  // namespace arkive::kafka
