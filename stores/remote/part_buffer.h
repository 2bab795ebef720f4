/// PartBuffer: memory for one part of an upload, which goes back to the system when it is freed.
#pragma once

#include <cstddef>

#include "stores/core/bytes.h"

namespace arkive::remote {

/// Bytes that grow to a capacity and no further. Parts have mebibytes, live for a moment and are freed on
/// other threads: malloc() would keep much of them in pieces. Moved from, it has no capacity.
class PartBuffer {
 public:
  PartBuffer() = default;
  explicit PartBuffer(std::size_t capacity);
  PartBuffer(PartBuffer&& other) noexcept;
  PartBuffer& operator=(PartBuffer&& other) noexcept;
  ~PartBuffer();

  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  Bytes bytes() const { return {memory_, size_}; }
  /// As much of `data` as there is room for; how much that is.
  std::size_t append(Bytes data);
  void clear() { size_ = 0; }

 private:
  char* memory_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

}  // namespace arkive::remote
