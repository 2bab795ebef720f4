/// MappedFile: a whole file as bytes, read by the kernel as needed.
#pragma once

#include <string>
#include <utility>

#include "stores/core/bytes.h"
#include "stores/core/result.h"

namespace arkive::git {

/// Read-only; the file must not shrink while mapped (packs are never changed, only removed as a whole). Stays
/// readable after the file is unlinked. Immutable; any thread.
class MappedFile {
 public:
  static Result<MappedFile> open(const std::string& path);
  MappedFile(MappedFile&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();
  Bytes bytes() const { return {data_, size_}; }
  /// Lets go of the memory that holds what was read so far; it is read again when needed.
  void forget_pages() const;

 private:
  MappedFile(const char* data, std::size_t size) : data_(data), size_(size) {}
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace arkive::git
