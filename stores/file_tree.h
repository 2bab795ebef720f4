/// File trees: a set of files by path, as it is written into and read from a store or a git history. No
/// znodes here: paths and bytes.
///
/// Paths: '/'-separated parts, no empty, "." or ".." part, valid as a file name on Linux (1..255 bytes a
/// part). Order: ascending, parts compared bytewise one after the other ("a/b" < "a-b", because "a" < "a-b").
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/bytes.h"
#include "stores/core/hash.h"
#include "stores/core/result.h"

namespace arkive {

/// Calls its argument for each content, the same ones in the same order each time it is called.
using ContentWalk = std::function<Status(const std::function<Status(Bytes content)>& each)>;

/// Takes a tree file by file. One thread at a time.
class FileTreeWriter {
 public:
  virtual ~FileTreeWriter() = default;
  /// Takes one file; paths ascend strictly over the calls. `sha256` is that of `content`, which is needed no
  /// longer on return. Errors: kFull, kDenied, kFail; after an error the run cannot be committed.
  virtual Status add(std::string_view path, Bytes content, const Sha256Digest& sha256) = 0;
  /// A hint, given before the first add(): these contents will probably be added. A writer for which that
  /// saves time stores them now.
  virtual Status store_early(const ContentWalk& contents);
};

/// Reads a tree. Any thread may have a reader of its own; one reader is for one thread.
class FileTreeReader {
 public:
  struct Entry {
    std::string name;
    bool is_directory = false;
    /// Two entries with equal non-empty identities are equal all the way down; unequal ones may still be.
    std::string identity;
  };
  virtual ~FileTreeReader() = default;
  /// The whole file. kNotFound when there is none.
  virtual Result<std::string> read(std::string_view path) const = 0;
  /// What stands in a directory ("" is the top), ascending by name; empty when there is no such directory.
  virtual Result<std::vector<Entry>> list(std::string_view directory) const = 0;
  /// Every file at or below `under` ("" = all) in order.
  virtual Status for_each(std::string_view under,
                          const std::function<Status(std::string_view path, Bytes content)>& each) const = 0;
};

/// A file that differs between two trees; absent on one side: added or removed.
struct FileChange {
  enum class What : std::uint8_t { kAdded, kRemoved, kChanged };
  What what = What::kChanged;
  std::string path;
  bool operator==(const FileChange&) const = default;
};

/// The files at or below `under` that differ, in order. Skips directories of equal identity, so it costs what
/// changed.
Result<std::vector<FileChange>> compare_trees(const FileTreeReader& before, const FileTreeReader& after,
                                              std::string_view under = {});

/// Three-way comparison of paths in the order given above.
int compare_paths(std::string_view a, std::string_view b);

/// The hash over a whole tree: SHA-256 of the lines "<sha256 of the file in hex>  <path>\n" in order (what
/// `sha256sum` prints).
class TreeDigest {
 public:
  void add(std::string_view path, const Sha256Digest& sha256);
  /// Call once, at the end.
  Sha256Digest finish() { return stream_.finish(); }
  std::uint64_t files() const { return files_; }

 private:
  Sha256Stream stream_;
  std::uint64_t files_ = 0;
};

}  // namespace arkive
