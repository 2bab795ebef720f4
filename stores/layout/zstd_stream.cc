#include "stores/layout/zstd_stream.h"

#include <zstd.h>

#include <new>

namespace arkive::layout {

namespace {

constexpr std::size_t kChunk = 128 * 1024;

}  // namespace

void ZstdReader::Deleter::operator()(ZSTD_DCtx_s* context) const noexcept {
  (void)ZSTD_freeDCtx(context);
}

ZstdReader::ZstdReader(std::unique_ptr<ByteSource> from, std::string object)
    : from_(std::move(from)), object_(std::move(object)), context_(ZSTD_createDCtx()) {
  if (!context_) throw std::bad_alloc();
}
ZstdReader::ZstdReader(ZstdReader&&) noexcept = default;
ZstdReader& ZstdReader::operator=(ZstdReader&&) noexcept = default;
ZstdReader::~ZstdReader() = default;

tl::unexpected<Error> ZstdReader::damaged(const std::string& why) const {
  return fail(Outcome::kCorrupt, "read '" + printable(object_) + "': " + why);
}

Result<std::size_t> ZstdReader::read(char* to, std::size_t most) {
  ZSTD_outBuffer out = {to, most, 0};
  while (out.pos == 0) {
    if (at_ == input_.size() && !has_more_) {
      input_.resize(kChunk);
      at_ = 0;
      const auto got = from_->read(input_.data(), input_.size());
      input_.resize(got ? *got : 0);
      if (!got) return fail(got.error());
      if (*got == 0) {
        if (mid_frame_) return damaged("ends too early");
        return 0;
      }
    }
    ZSTD_inBuffer in = {input_.data(), input_.size(), at_};
    const std::size_t left = ZSTD_decompressStream(context_.get(), &out, &in);
    at_ = in.pos;
    if (ZSTD_isError(left) != 0) return damaged(ZSTD_getErrorName(left));
    mid_frame_ = left != 0;
    has_more_ = out.pos == out.size && mid_frame_;
  }
  return out.pos;
}

void ZstdWriter::Deleter::operator()(ZSTD_CCtx_s* context) const noexcept {
  (void)ZSTD_freeCCtx(context);
}

ZstdWriter::ZstdWriter(std::unique_ptr<ObjectWriter> to, int level, std::string object)
    : to_(std::move(to)), object_(std::move(object)), context_(ZSTD_createCCtx()) {
  if (!context_) throw std::bad_alloc();
  (void)ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);
  (void)ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
}
ZstdWriter::ZstdWriter(ZstdWriter&&) noexcept = default;
ZstdWriter& ZstdWriter::operator=(ZstdWriter&&) noexcept = default;
ZstdWriter::~ZstdWriter() = default;

Status ZstdWriter::compress(Bytes data, bool end) {
  ZSTD_inBuffer in = {data.data(), data.size(), 0};
  for (bool done = false; !done;) {
    output_.resize(ZSTD_CStreamOutSize());
    ZSTD_outBuffer out = {output_.data(), output_.size(), 0};
    const std::size_t left =
        ZSTD_compressStream2(context_.get(), &out, &in, end ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(left) != 0) {
      return fail(Outcome::kFail, "write '" + printable(object_) + "': " + ZSTD_getErrorName(left));
    }
    if (out.pos > 0) ARKIVE_TRY(to_->write(Bytes(output_).substr(0, out.pos)));
    done = end ? left == 0 : in.pos == in.size;
  }
  return ok();
}

Status ZstdWriter::write(Bytes data) {
  return compress(data, /*end=*/false);
}

Status ZstdWriter::end_frame() {
  return compress({}, /*end=*/true);
}

}  // namespace arkive::layout
