/// SegmentFile: the bytes of one segment's file, which a running broker may change meanwhile.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "stores/core/bytes.h"
#include "stores/core/handle.h"
#include "stores/core/result.h"

namespace arkive::kafka::inspecting {

/// Not thread-safe. Remembers one piece, as long as the longest that was asked for.
class SegmentFile {
 public:
  /// `name`, a regular file in `directory`; links are not followed. kNotFound, kDenied, kCorrupt (no regular
  /// file), kFail. Errors call it `path`.
  static Result<SegmentFile> open(int directory, const std::string& name, const std::string& path);

  /// The same file with a piece of its own.
  Result<SegmentFile> again() const;

  /// As it was when the file was opened.
  std::uint64_t size() const { return size_; }
  const std::string& path() const { return path_; }
  /// `size` bytes from byte `offset` on, valid until the next call. kRetry: the file has become shorter.
  Result<Bytes> read(std::uint64_t offset, std::size_t size);
  /// Whether all from byte `offset` on are zero, as a preallocated file ends.
  Result<bool> is_zero_from(std::uint64_t offset);
  /// The kernel need not read ahead.
  void read_here_and_there();

 private:
  SegmentFile(UniqueFd fd, std::string path, std::uint64_t size)
      : fd_(std::move(fd)), path_(std::move(path)), size_(size) {}

  UniqueFd fd_;
  std::string path_;
  std::uint64_t size_;
  std::unique_ptr<char[]> memory_;
  std::size_t memory_size_ = 0;
};

}  // namespace arkive::kafka::inspecting
