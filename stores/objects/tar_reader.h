/// Reads the files of a .tar.zst whose paths and hashes are known from its list.
#pragma once

#include <memory>
#include <string>

#include "stores/layout/hash_list.h"
#include "stores/layout/zstd_stream.h"

namespace arkive::objects {

/// One thread at a time.
class TarReader {
 public:
  /// `from` begins where a frame begins; errors call it `object`.
  TarReader(std::unique_ptr<layout::ByteSource> from, std::string object);

  /// The next file, which has to be `line`'s: its content goes to `content`. kCorrupt, naming the file, when
  /// there is none, another one, or anything else, and when its hash is not the line's.
  Status next(const layout::HashLine& line, std::string& content);
  /// After next() failed: only that file's bytes were wrong, the file behind it can be read.
  bool can_go_on() const { return can_go_on_; }
  /// After the last file: kCorrupt unless the tar ends here.
  Status end();

 private:
  Status read(std::string& to, std::size_t size);
  Result<bool> has(Bytes expected);

  layout::ZstdReader from_;
  std::string object_;
  std::string block_;
  bool can_go_on_ = false;
};

}  // namespace arkive::objects
