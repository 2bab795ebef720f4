#include "stores/directory/hash_list.h"

#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <new>

#include "stores/core/files.h"
#include "stores/directory/beneath.h"
#include "stores/directory/layout.h"
#include "stores/file_tree.h"

namespace arkive::directory {

namespace {

constexpr std::size_t kChunk = 128 * 1024;
constexpr std::size_t kHexSize = 64;
constexpr std::size_t kPathAt = kHexSize + 2;  // two spaces: sha256sum's text mode
constexpr std::size_t kLongestLine = 16 << 20;
constexpr int kLevel = 1;  // hashes do not compress; the paths do at any level

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool parse_digest(std::string_view text, Sha256Digest& to) {
  for (std::size_t i = 0; i < to.size(); ++i) {
    const int high = hex_digit(text[2 * i]);
    const int low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    to[i] = static_cast<unsigned char>(high << 4 | low);
  }
  return true;
}

tl::unexpected<Error> damaged(const std::string& object, const std::string& why) {
  return fail(Outcome::kCorrupt, "read list of hashes '" + printable(object) + "': " + why);
}

}  // namespace

void HashListReader::DecompressorDeleter::operator()(ZSTD_DCtx_s* context) const noexcept {
  (void)ZSTD_freeDCtx(context);
}

HashListReader::HashListReader(UniqueFd fd, std::string object)
    : fd_(std::move(fd)), object_(std::move(object)), decompressor_(ZSTD_createDCtx()) {
  if (!decompressor_) throw std::bad_alloc();
}
HashListReader::HashListReader(HashListReader&&) noexcept = default;
HashListReader& HashListReader::operator=(HashListReader&&) noexcept = default;
HashListReader::~HashListReader() = default;

Result<HashListReader> HashListReader::open(int directory, const char* name, std::string object) {
  auto opened = open_regular_file(directory, name, object);
  if (!opened) {
    if (opened.error().outcome == Outcome::kNotFound) opened.error().outcome = Outcome::kCorrupt;
    return fail(std::move(opened.error()));
  }
  return HashListReader(std::move(*opened), std::move(object));
}

/// Appends more text; sets at_end_ when there is none.
Status HashListReader::fill() {
  text_.erase(0, text_at_);
  text_at_ = 0;
  const std::size_t before = text_.size();
  while (text_.size() == before) {
    if (input_at_ == input_.size()) {
      input_.resize(kChunk);
      input_at_ = 0;
      const ssize_t got = ::read(fd_.get(), input_.data(), input_.size());
      const int reason = errno;
      input_.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
      if (got < 0 && reason == EINTR) continue;
      if (got < 0) return fail(system_error("read", object_, reason));
      if (got == 0) {
        if (mid_frame_) return damaged(object_, "ends too early");
        at_end_ = true;
        return ok();
      }
    }
    text_.resize(before + kChunk);
    ZSTD_inBuffer in = {input_.data(), input_.size(), input_at_};
    ZSTD_outBuffer out = {text_.data(), text_.size(), before};
    const std::size_t left = ZSTD_decompressStream(decompressor_.get(), &out, &in);
    text_.resize(out.pos);
    input_at_ = in.pos;
    if (ZSTD_isError(left) != 0) return damaged(object_, ZSTD_getErrorName(left));
    mid_frame_ = left != 0;
  }
  stream_.update(Bytes(text_).substr(before));
  return ok();
}

Result<const HashLine*> HashListReader::next() {
  std::size_t end;
  while ((end = text_.find('\n', text_at_)) == std::string::npos) {
    if (text_.size() - text_at_ > kLongestLine) return damaged(object_, "a line is too long");
    ARKIVE_TRY(fill());
    if (!at_end_) continue;
    if (text_at_ != text_.size()) return damaged(object_, "the last line is not whole");
    return nullptr;
  }
  const std::string_view line = std::string_view(text_).substr(text_at_, end - text_at_);
  text_at_ = end + 1;
  if (line.size() <= kPathAt || line.substr(kHexSize, 2) != "  " || !parse_digest(line, line_.sha256)) {
    return damaged(object_, "a line is not '<sha256>  <path>'");
  }
  line_.path = line.substr(kPathAt);
  if (!check_tree_path(line_.path)) return damaged(object_, "a path is not one of a tree");
  if (!last_path_.empty() && compare_paths(last_path_, line_.path) >= 0) {
    return damaged(object_, "its paths are not in order");
  }
  last_path_ = line_.path;
  return &line_;
}

void HashListWriter::CompressorDeleter::operator()(ZSTD_CCtx_s* context) const noexcept {
  (void)ZSTD_freeCCtx(context);
}

HashListWriter::HashListWriter(UniqueFd fd, std::string object)
    : fd_(std::move(fd)), object_(std::move(object)), compressor_(ZSTD_createCCtx()) {
  if (!compressor_) throw std::bad_alloc();
  (void)ZSTD_CCtx_setParameter(compressor_.get(), ZSTD_c_compressionLevel, kLevel);
  (void)ZSTD_CCtx_setParameter(compressor_.get(), ZSTD_c_checksumFlag, 1);
}
HashListWriter::HashListWriter(HashListWriter&&) noexcept = default;
HashListWriter& HashListWriter::operator=(HashListWriter&&) noexcept = default;
HashListWriter::~HashListWriter() = default;

Result<HashListWriter> HashListWriter::create(int directory, const char* name, std::string object) {
  ARKIVE_ASSIGN(UniqueFd fd, create_file(directory, name, object));
  return HashListWriter(std::move(fd), std::move(object));
}

Status HashListWriter::add(std::string_view path, const Sha256Digest& sha256) {
  text_ += hex(sha256);
  text_ += "  ";
  text_ += path;
  text_ += '\n';
  return text_.size() < kChunk ? ok() : compress(/*last=*/false);
}

Status HashListWriter::compress(bool last) {
  stream_.update(text_);
  ZSTD_inBuffer in = {text_.data(), text_.size(), 0};
  for (bool done = false; !done;) {
    output_.resize(ZSTD_CStreamOutSize());
    ZSTD_outBuffer out = {output_.data(), output_.size(), 0};
    const std::size_t left =
        ZSTD_compressStream2(compressor_.get(), &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(left) != 0) {
      return fail(Outcome::kFail, "write '" + printable(object_) + "': " + ZSTD_getErrorName(left));
    }
    if (out.pos > 0) ARKIVE_TRY(write_all(fd_.get(), Bytes(output_).substr(0, out.pos), object_));
    done = last ? left == 0 : in.pos == in.size;
  }
  text_.clear();
  return ok();
}

Result<Sha256Digest> HashListWriter::finish() {
  ARKIVE_TRY(compress(/*last=*/true));
  ARKIVE_TRY(close_file(std::move(fd_), object_));
  return stream_.finish();
}

}  // namespace arkive::directory
