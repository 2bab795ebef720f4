/// The list of hashes beside a file tree: zstd over the lines that sha256sum prints,
/// "<64 hex>  <path>\n", in the order of the tree. Its own hash, uncompressed, is the TreeDigest that stands
/// in the manifest.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "stores/core/handle.h"
#include "stores/core/hash.h"
#include "stores/core/result.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace arkive::directory {

struct HashLine {
  std::string_view path;
  Sha256Digest sha256;
};

/// Reads a list line by line, in bounded memory. Every path is checked (check_tree_path, ascending order), so
/// an edited list cannot lead out of its tree.
class HashListReader {
 public:
  /// Opens `name` in `directory`; errors call it `object`. A missing list is kCorrupt.
  static Result<HashListReader> open(int directory, const char* name, std::string object);
  HashListReader(HashListReader&&) noexcept;
  HashListReader& operator=(HashListReader&&) noexcept;
  ~HashListReader();
  /// The next line, valid until the next call; null at the end. kCorrupt when the list is damaged.
  Result<const HashLine*> next();
  /// After the end: the hash over all lines.
  Sha256Digest digest() { return stream_.finish(); }

 private:
  HashListReader(UniqueFd fd, std::string object);
  Status fill();

  struct DecompressorDeleter {
    void operator()(ZSTD_DCtx_s* context) const noexcept;
  };
  UniqueFd fd_;
  std::string object_;
  std::unique_ptr<ZSTD_DCtx_s, DecompressorDeleter> decompressor_;
  std::string input_;  ///< compressed bytes, from input_at_ on not yet used
  std::size_t input_at_ = 0;
  std::string text_;  ///< lines, from text_at_ on not yet given out
  std::size_t text_at_ = 0;
  bool mid_frame_ = true;  ///< the end of the file would come too early
  bool at_end_ = false;
  HashLine line_;
  std::string last_path_;
  Sha256Stream stream_;
};

/// Writes a list. Not durable by itself: the run syncs the whole file system once.
class HashListWriter {
 public:
  /// Creates `name` in `directory` (it must not exist).
  static Result<HashListWriter> create(int directory, const char* name, std::string object);
  HashListWriter(HashListWriter&&) noexcept;
  HashListWriter& operator=(HashListWriter&&) noexcept;
  ~HashListWriter();
  Status add(std::string_view path, const Sha256Digest& sha256);
  /// Ends and closes the file; the hash over all lines. Call once.
  Result<Sha256Digest> finish();

 private:
  HashListWriter(UniqueFd fd, std::string object);
  Status compress(bool last);

  struct CompressorDeleter {
    void operator()(ZSTD_CCtx_s* context) const noexcept;
  };
  UniqueFd fd_;
  std::string object_;
  std::unique_ptr<ZSTD_CCtx_s, CompressorDeleter> compressor_;
  std::string text_;
  std::string output_;
  Sha256Stream stream_;
};

}  // namespace arkive::directory
