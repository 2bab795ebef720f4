/// DirectoryStore: a Store in a directory of the local disk. Put is a temporary file (O_EXCL, 0600), fsync,
/// link or rename, fsync of the directory; no link is followed below the store's directory.
#pragma once

#include <memory>
#include <string>

#include "stores/directory/layout.h"
#include "stores/store.h"

namespace arkive {

/// Any thread. Temporary files of killed writers (kTemporaryFilePrefix) are not objects; neither are files
/// whose path is no key. A link, FIFO or device where a file or directory should be is kCorrupt and named.
/// Deadlines are not looked at: a disk answers or fails.
class DirectoryStore final : public Store {
 public:
  /// `path` is a directory that exists.
  static Result<std::unique_ptr<DirectoryStore>> open(const std::string& path);
  explicit DirectoryStore(directory::SharedRoot root) : root_(std::move(root)) {}

  std::string name() const override { return root_->path; }
  Status put(std::string_view key, Bytes data, PutMode mode, Deadline deadline) override;
  Result<std::unique_ptr<ObjectWriter>> begin(std::string_view key, Deadline deadline) override;
  /// syncfs: all that is being written to this file system.
  Status settle(Deadline deadline) override;
  /// flock(2) of "locks/<name>.lock".
  Result<std::unique_ptr<StoreLock>> lock(std::string_view name, Deadline deadline) override;
  Result<std::string> get(std::string_view key, std::uint64_t offset, std::uint64_t size,
                          Deadline deadline) const override;
  Result<Object> head(std::string_view key, Deadline deadline) const override;
  Status list(std::string_view prefix, const std::function<Status(const Object&)>& each,
              Deadline deadline) const override;
  Status remove(std::string_view key, Deadline deadline) override;
  /// Temporary files, everywhere but in trees.
  Status remove_unfinished(Deadline deadline) override;

 private:
  directory::SharedRoot root_;
};

namespace directory {

/// Opens the directory itself; here links are followed, for the user named it. kNotFound, kUsage (a file).
Result<SharedRoot> open_root(const std::string& path);

}  // namespace directory

}  // namespace arkive
