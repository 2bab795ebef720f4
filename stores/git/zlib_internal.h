/// Deflating and inflating many small pieces: one z_stream each, reset between pieces. Internal to
/// stores/git.
#pragma once

#include <zlib.h>

#include <string>

#include "stores/core/bytes.h"
#include "stores/core/result.h"

namespace arkive::git {

/// Not thread-safe.
class Deflater {
 public:
  Deflater();
  ~Deflater();
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  /// Appends the zlib stream of `data` to `to`.
  void deflate(Bytes data, std::string& to);

 private:
  z_stream small_{};
  z_stream large_{};
};

/// Not thread-safe.
class Inflater {
 public:
  Inflater();
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  /// Sets `to` to the `size` bytes that the stream at the beginning of `from` holds. kCorrupt when it is
  /// damaged, cut or of another size.
  Status inflate(Bytes from, std::size_t size, std::string& to);

 private:
  z_stream stream_{};
};

}  // namespace arkive::git
