/// The list of hashes beside a file tree: zstd over the lines that sha256sum prints,
/// "<64 hex>  <path>\n", in the order of the tree. Its own hash, uncompressed, is the TreeDigest that stands
/// in the manifest.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "stores/core/hash.h"
#include "stores/core/result.h"
#include "stores/layout/zstd_stream.h"

namespace arkive::layout {

struct HashLine {
  std::string_view path;
  Sha256Digest sha256;
};

/// Reads a list line by line, in bounded memory. Every path is checked (check_tree_path, ascending order), so
/// an edited list cannot lead out of its tree.
class HashListReader {
 public:
  /// `from` gives the list's compressed bytes; errors call it `object`.
  HashListReader(std::unique_ptr<ByteSource> from, std::string object);
  /// The next line, valid until the next call; null at the end. kCorrupt when the list is damaged.
  Result<const HashLine*> next();
  /// After the end: the hash over all lines.
  Sha256Digest digest() { return stream_.finish(); }

 private:
  Status fill();

  std::string object_;
  ZstdReader from_;
  std::string text_;  ///< lines, from text_at_ on not yet given out
  std::size_t text_at_ = 0;
  bool at_end_ = false;
  HashLine line_;
  std::string last_path_;
  Sha256Stream stream_;
};

/// Reads `list` to its end; how many files it names. kCorrupt when it is not the one whose hash is `sha256`
/// (hex, from the manifest).
Result<std::uint64_t> check_hash_list(HashListReader list, std::string_view sha256);

/// Writes a list.
class HashListWriter {
 public:
  HashListWriter(std::unique_ptr<ObjectWriter> to, std::string object);
  Status add(std::string_view path, const Sha256Digest& sha256);
  /// Ends the list and finishes its object; the hash over all lines. Call once.
  Result<Sha256Digest> finish();

 private:
  Status compress();

  ZstdWriter to_;
  std::string text_;
  Sha256Stream stream_;
};

}  // namespace arkive::layout
