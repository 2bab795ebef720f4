/// The table of frames at the end of a tree's .tar.zst (docs/format-store.md): where a file can be read
/// without what stands before it, and the hash of the object.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/hash.h"
#include "stores/store.h"

namespace arkive::objects {

class FrameTable {
 public:
  struct Frame {
    std::uint64_t offset = 0;      ///< in the object
    std::uint64_t bytes = 0;       ///< there
    std::uint64_t size = 0;        ///< of the tar in it
    std::uint64_t first_file = 0;  ///< counted from 0
    std::uint64_t files = 0;       ///< that begin, and end, in it
  };

  /// The next frame. All numbers below 2^32.
  void add(std::uint64_t bytes, std::uint64_t size, std::uint64_t files);
  /// The table as it stands behind the frames, but for the hash that ends it.
  std::string without_hash() const;

  /// Reads the table of `key`, two small reads. kNotFound when there is no such object; kCorrupt when its end
  /// is no table, or one of other frames than fit into it.
  static Result<FrameTable> read(const Store& store, std::string_view key);

  const std::vector<Frame>& frames() const { return frames_; }
  std::uint64_t files() const;
  /// Of all frames in the object: where the table begins.
  std::uint64_t end() const;
  /// SHA-256 of all before it, as the table says it (after read()).
  const Sha256Digest& sha256() const { return sha256_; }
  /// The frame in which file number `file` begins, below files().
  const Frame& frame_of(std::uint64_t file) const;

 private:
  std::vector<Frame> frames_;
  Sha256Digest sha256_ = {};
};

}  // namespace arkive::objects
