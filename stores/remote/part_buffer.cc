#include "stores/remote/part_buffer.h"

#include <sys/mman.h>

#include <utility>

#include "stores/core/memory.h"

namespace arkive::remote {

PartBuffer::PartBuffer(std::size_t capacity) : capacity_(capacity) {
  if (capacity == 0) return;
  void* const memory =
      ::mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) end_out_of_memory();
  memory_ = static_cast<char*>(memory);
}

PartBuffer::PartBuffer(PartBuffer&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)),
      capacity_(std::exchange(other.capacity_, 0)),
      size_(std::exchange(other.size_, 0)) {}

PartBuffer& PartBuffer::operator=(PartBuffer&& other) noexcept {
  PartBuffer moved(std::move(other));
  std::swap(memory_, moved.memory_);
  std::swap(capacity_, moved.capacity_);
  std::swap(size_, moved.size_);
  return *this;
}

PartBuffer::~PartBuffer() {
  if (memory_ != nullptr) ::munmap(memory_, capacity_);
}

std::size_t PartBuffer::append(Bytes data) {
  const std::size_t count = data.copy(memory_ + size_, capacity_ - size_);
  size_ += count;
  return count;
}

}  // namespace arkive::remote
