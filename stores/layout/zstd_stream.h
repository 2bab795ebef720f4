/// zstd (RFC 8878) in a stream of bytes: what is read from a source, what is written to an object.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "stores/core/bytes.h"
#include "stores/core/result.h"
#include "stores/store.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace arkive::layout {

/// Bytes one after the other. One thread at a time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// At most `most` bytes to `to`; 0 at the end, and only there.
  virtual Result<std::size_t> read(char* to, std::size_t most) = 0;
};

/// What the zstd frames of another source hold; skippable frames are passed over. kCorrupt, naming `object`,
/// where the frames or their checksums are damaged, or the source ends within one or has none.
class ZstdReader final : public ByteSource {
 public:
  ZstdReader(std::unique_ptr<ByteSource> from, std::string object);
  ZstdReader(ZstdReader&&) noexcept;
  ZstdReader& operator=(ZstdReader&&) noexcept;
  ~ZstdReader() override;
  Result<std::size_t> read(char* to, std::size_t most) override;

 private:
  struct Deleter {
    void operator()(ZSTD_DCtx_s* context) const noexcept;
  };
  tl::unexpected<Error> damaged(const std::string& why) const;

  std::unique_ptr<ByteSource> from_;
  std::string object_;
  std::unique_ptr<ZSTD_DCtx_s, Deleter> context_;
  std::string input_;  ///< compressed bytes, from at_ on not yet used
  std::size_t at_ = 0;
  bool mid_frame_ = true;  ///< the end of the source would come too early
  bool has_more_ = false;  ///< bytes for which there was no room, perhaps
};

/// Writes frames with checksums into an object. After an error the object is given up.
class ZstdWriter {
 public:
  ZstdWriter(std::unique_ptr<ObjectWriter> to, int level, std::string object);
  ZstdWriter(ZstdWriter&&) noexcept;
  ZstdWriter& operator=(ZstdWriter&&) noexcept;
  ~ZstdWriter();
  Status write(Bytes data);
  /// The next write() begins another frame. A frame without bytes is one too.
  Status end_frame();
  /// The object, for what stands between and behind frames: call between end_frame() and write() only.
  ObjectWriter& object() { return *to_; }

 private:
  struct Deleter {
    void operator()(ZSTD_CCtx_s* context) const noexcept;
  };
  Status compress(Bytes data, bool end);

  std::unique_ptr<ObjectWriter> to_;
  std::string object_;
  std::unique_ptr<ZSTD_CCtx_s, Deleter> context_;
  std::string output_;
};

}  // namespace arkive::layout
