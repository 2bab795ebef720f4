/// Files and directories below a directory that is held open. No link is followed at any part of the way, so
/// a planted one leads nowhere; paths may be longer than PATH_MAX. Modes are 0600 and 0700 whatever the
/// umask.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/bytes.h"
#include "stores/core/handle.h"
#include "stores/core/result.h"

namespace arkive::directory {

enum class IfMissing : std::uint8_t {
  kFail,
  kCreate,        ///< somebody else syncs
  kCreateDurably  ///< each parent is synced
};

/// Opens directories one after the other, cheaply when the next is near the last. At most 33 descriptors are
/// open, however deep. One thread at a time.
class DirectoryCursor {
 public:
  /// Borrows `top`, which errors call `top_name`.
  DirectoryCursor(int top, std::string top_name, IfMissing if_missing)
      : top_(top), top_name_(std::move(top_name)), if_missing_(if_missing) {}

  /// The descriptor of directory `path` ("" is the top), valid until the next call. `path` has no "." or ".."
  /// part. kNotFound when it or a directory above is missing or a plain file; kCorrupt when a part is a link
  /// or anything else.
  Result<int> go_to(std::string_view path);

 private:
  Status descend(std::string_view part);
  int current() const;
  std::string object(std::string_view part) const;

  int top_;
  std::string top_name_;
  IfMissing if_missing_;
  std::string path_;
  std::vector<std::size_t> ends_;  ///< of each part in path_
  std::vector<UniqueFd> fds_;      ///< of the first parts
  UniqueFd deepest_;               ///< of the last part when it lies below those
};

/// Opens a regular file for reading. Never waits for a FIFO or a device. kNotFound when it is missing or a
/// directory; kCorrupt when it is a link, FIFO, device or socket. Errors call it `object`.
Result<UniqueFd> open_regular_file(int directory, const char* name, std::string_view object);

/// All of such a file into `to`, whose memory is reused.
Status read_regular_file(int directory, const char* name, std::string_view object, std::string& to);

/// Creates a file (0600) that must not exist, for writing.
Result<UniqueFd> create_file(int directory, const char* name, std::string_view object);
/// Creates a file (0600) without a name, for writing: when the process dies, nothing of it stays. No file
/// (not an error) where the file system has none of that kind.
Result<UniqueFd> create_nameless_file(int directory, std::string_view object);
/// Names such a file, by way of /proc. As linkat(2): -1 and errno, EEXIST when the name is taken.
int give_name(int file, int directory, const char* name);
/// Closes a file that was written: some file systems say only then that it did not fit.
Status close_file(UniqueFd fd, std::string_view object);

/// What stands in `directory`, sorted bytewise, without "." and "..".
Result<std::vector<std::string>> names_in(int directory, std::string_view object);

/// "a symbolic link", "a FIFO", ... for a file mode.
const char* kind_of_file(unsigned mode);

}  // namespace arkive::directory
