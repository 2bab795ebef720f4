/// Writes the files of a tree as one .tar.zst (docs/format-store.md): the same files give the same tar.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "stores/layout/zstd_stream.h"
#include "stores/objects/frame_table.h"

namespace arkive::objects {

/// One thread at a time. Memory: one file, and what zstd needs. After an error the object is given up.
class TarWriter {
 public:
  /// Errors call the object `object`.
  TarWriter(std::unique_ptr<ObjectWriter> to, std::string object);
  ~TarWriter();
  /// kUsage for a file of more than kMostFileBytes.
  Status add(std::string_view path, Bytes content);
  /// Ends the tar and finishes the object.
  Status finish();

 private:
  class HashedObject;
  Status end_frame();

  std::string object_;
  HashedObject* hashed_ = nullptr;  ///< in to_
  layout::ZstdWriter to_;
  FrameTable table_;
  std::uint64_t size_ = 0;   ///< of the tar in the frame that is open
  std::uint64_t files_ = 0;  ///< in it
};

}  // namespace arkive::objects
