/// Files on the local disk: whole reads, durable writes, directories, locks. Modes are 0600 and 0700 whatever
/// the umask; links are never followed where a name could have come from outside.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "stores/core/bytes.h"
#include "stores/core/deadline.h"
#include "stores/core/handle.h"
#include "stores/core/result.h"

namespace arkive {

/// The whole file. kNotFound when missing. `most` bytes at most (kFull beyond), default 1 GiB.
Result<std::string> read_file(const std::string& path, std::uint64_t most = 1ULL << 30);

/// Reads a file that holds secrets: refuses (kDenied) a file that group or others may use. 1 MiB at most.
Result<std::string> read_secret_file(const std::string& path);

/// Writes all of `data` to `fd`; short writes are continued, EINTR repeated. `name` is for the error text.
Status write_all(int fd, Bytes data, const std::string& name);

/// How the names of temporary files begin; what a killed process left behind is found by it. Such a file is
/// never part of anything and may be removed when no writer runs.
inline constexpr std::string_view kTemporaryFilePrefix = ".arkive-temporary-";

enum class IfExists : std::uint8_t { kReplace, kConflict };

/// Durable and atomic: temporary file (O_EXCL, O_NOFOLLOW, 0600) beside `path`, written in full, fsync, then
/// renamed (kReplace) or linked (kConflict when `path` exists), then fsync of the directory. Any fsync error
/// throws the attempt away: fsync is never retried on the same file. On an error nothing named `path` has
/// changed, except that after a failed directory fsync the new file may be there though not yet durable.
Status write_file_durably(const std::string& path, Bytes data, IfExists if_exists);

/// As above, for the file `name` (one part) in a directory held open; `path` is what errors call the file.
Status write_file_durably_at(int directory, const std::string& name, const std::string& path, Bytes data,
                             IfExists if_exists);

/// mkdir -p with mode 0700 for what it creates, durable (each parent is synced); existing directories keep
/// their mode.
Status make_directories(const std::string& path);

/// fsync of a directory (so that entries created or renamed in it survive a power loss).
Status sync_directory(const std::string& path);

/// Opens a directory O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC.
Result<UniqueFd> open_directory(const std::string& path);

/// Removes a tree of files and directories without following links. Missing is success.
Status remove_tree(const std::string& path);

/// As above, for `name` (one part) in a directory held open; `path` is what errors call it.
Status remove_tree_at(int directory, const std::string& name, const std::string& path);

/// True when something has that name, be it a link that leads nowhere.
bool path_exists(const std::string& path);

/// Names in a directory, sorted bytewise, without "." and "..".
Result<std::vector<std::string>> list_directory(const std::string& path);

/// An exclusive flock(2) on a file (created 0600), held until destroyed. The kernel drops it when the process
/// dies.
class FileLock {
 public:
  /// Tries until `deadline`; held by somebody else: kConflict, naming the file, and the holder's process id
  /// and host as it wrote them into the file.
  static Result<FileLock> acquire(const std::string& path, Deadline deadline);
  /// As above, for `name` (one part) in a directory held open; `path` is what errors call it.
  static Result<FileLock> acquire_at(int directory, const std::string& name, const std::string& path,
                                     Deadline deadline);

 private:
  explicit FileLock(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

/// A scratch directory (0700) under $TMPDIR or /tmp, removed with all in it when destroyed, unless keep() was
/// called.
class TemporaryDirectory {
 public:
  /// `label` becomes part of its name.
  static Result<TemporaryDirectory> create(const std::string& label);
  /// As above, in `directory`.
  static Result<TemporaryDirectory> create_in(const std::string& directory, const std::string& label);
  TemporaryDirectory(TemporaryDirectory&& other) noexcept;
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
  ~TemporaryDirectory();
  const std::string& path() const { return path_; }
  void keep() { kept_ = true; }

 private:
  explicit TemporaryDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
  bool kept_ = false;
};

}  // namespace arkive
