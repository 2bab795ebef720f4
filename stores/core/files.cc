#include "stores/core/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "stores/core/hash.h"
#include "stores/core/system_call.h"

namespace arkive {

namespace {

constexpr mode_t kFileMode = 0600;

Result<UniqueFd> open_for_reading(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd) return fail(system_error("open", path, errno));
  return fd;
}

Result<std::string> read_all(const UniqueFd& fd, const std::string& path, std::uint64_t most) {
  struct stat facts = {};
  if (::fstat(fd.get(), &facts) != 0) return fail(system_error("read", path, errno));
  const auto size = static_cast<std::uint64_t>(std::max<off_t>(facts.st_size, 0));
  const auto too_large = [&] {
    return fail(Outcome::kFull, "read '" + printable(path) + "': larger than " + human_size(most));
  };
  if (S_ISREG(facts.st_mode) && size > most) return too_large();
  // One byte more than it has: the read that finds the end then needs no growth. The size of a pipe is 0.
  constexpr std::size_t kChunk = 65'536;
  std::string data;
  std::size_t have = 0;
  data.resize(S_ISREG(facts.st_mode) && size > 0 ? static_cast<std::size_t>(size) + 1 : kChunk);
  for (;;) {
    const ssize_t got = ::read(fd.get(), data.data() + have, data.size() - have);
    if (got < 0) {
      if (errno == EINTR) continue;
      return fail(system_error("read", path, errno));
    }
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
    if (have > most) return too_large();
    if (have == data.size()) data.resize(data.size() + std::max(data.size() / 2, kChunk));
  }
  data.resize(have);
  return data;
}

/// A file nobody knows the name of yet, removed unless it became the target.
class TemporaryFile {
 public:
  static Result<TemporaryFile> create(int directory, const std::string& target) {
    std::string name(kTemporaryFilePrefix);
    name += to_hex(random_bytes(8));
    UniqueFd fd(traced([&] {
      return ::openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                      kFileMode);
    }));
    if (!fd) return fail(system_error("create temporary file for", target, errno));
    TemporaryFile file(directory, std::move(name), std::move(fd));
    // The umask may have taken bits away, even ours.
    if (::fchmod(file.fd_.get(), kFileMode) != 0) {
      return fail(system_error("set the mode of temporary file for", target, errno));
    }
    return file;
  }

  TemporaryFile(TemporaryFile&& other) noexcept
      : directory_(other.directory_), name_(std::exchange(other.name_, {})), fd_(std::move(other.fd_)) {}
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile() {
    if (name_.empty()) return;
    ARKIVE_FAULT_POINT();
    (void)::unlinkat(directory_, name_.c_str(), 0);
  }

  int fd() const { return fd_.get(); }
  const std::string& name() const { return name_; }
  /// The name is gone (renamed): nothing to remove.
  void forget() { name_.clear(); }

 private:
  TemporaryFile(int directory, std::string name, UniqueFd fd)
      : directory_(directory), name_(std::move(name)), fd_(std::move(fd)) {}
  int directory_;
  std::string name_;
  UniqueFd fd_;
};

/// Gives the file its name, which must not exist yet.
int link_new(int directory, const std::string& from, const std::string& to) {
  const int result = traced([&] { return ::linkat(directory, from.c_str(), directory, to.c_str(), 0); });
  if (result == 0 || (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)) return result;
  // A file system without hard links. The rename that refuses to replace is not everywhere either, hence
  // second.
  return ::renameat2(directory, from.c_str(), directory, to.c_str(), RENAME_NOREPLACE);
}

struct Place {
  std::string directory;
  std::string name;
};

Result<Place> split(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  Place place;
  place.name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (slash == std::string::npos) {
    place.directory = ".";
  } else {
    place.directory = slash == 0 ? "/" : path.substr(0, slash);
  }
  if (place.name.empty() || place.name == "." || place.name == "..") {
    return fail(Outcome::kUsage, "write '" + printable(path) + "': the path names no file");
  }
  return place;
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::uint64_t most) {
  ARKIVE_ASSIGN(const UniqueFd fd, open_for_reading(path));
  return read_all(fd, path, most);
}

Result<std::string> read_secret_file(const std::string& path) {
  const auto fd = open_for_reading(path);
  if (!fd) return fail(fd.error().within("read secret file"));
  struct stat facts = {};
  if (::fstat(fd->get(), &facts) != 0) return fail(system_error("read", path, errno));
  if ((facts.st_mode & 077) != 0) {
    return fail(Outcome::kDenied, "read secret file '" + printable(path) + "': group or others may use it",
                "run: chmod 600 '" + printable(path) + "'");
  }
  constexpr std::uint64_t kMost = 1 << 20;  // a key or a password; anything larger is the wrong file
  return read_all(*fd, path, kMost);
}

Status write_all(int fd, Bytes data, const std::string& name) {
  while (!data.empty()) {
    const ssize_t wrote = traced([&] { return ::write(fd, data.data(), data.size()); });
    if (wrote < 0) {
      if (errno == EINTR) continue;
      return fail(system_error("write", name, errno));
    }
    data.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return ok();
}

Status write_file_durably(const std::string& path, Bytes data, IfExists if_exists) {
  ARKIVE_ASSIGN(const Place place, split(path));
  const UniqueFd directory(::open(place.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return fail(system_error("open directory", place.directory, errno));
  return write_file_durably_at(directory.get(), place.name, path, data, if_exists);
}

Status write_file_durably_at(int directory, const std::string& name, const std::string& path, Bytes data,
                             IfExists if_exists) {
  {
    ARKIVE_ASSIGN(TemporaryFile file, TemporaryFile::create(directory, path));
    ARKIVE_TRY(write_all(file.fd(), data, path));
    // Not repeated, not even on EINTR: after an error the kernel may forget the lost pages and call the next
    // one fine.
    if (traced([&] { return ::fsync(file.fd()); }) != 0) return fail(system_error("sync", path, errno));
    if (if_exists == IfExists::kReplace) {
      const int renamed =
          traced([&] { return ::renameat(directory, file.name().c_str(), directory, name.c_str()); });
      if (renamed != 0) return fail(system_error("rename temporary file to", path, errno));
      file.forget();
    } else {
      if (link_new(directory, file.name(), name) != 0) return fail(system_error("create", path, errno));
      // The second name goes with `file`. Should that fail, the target is whole all the same.
    }
  }
  if (traced([&] { return ::fsync(directory); }) != 0) {
    const int cause = errno;
    // A new file that may be lost again is taken back, without a second sync: who is told that it failed must
    // not find it.
    if (if_exists == IfExists::kConflict) {
      (void)traced([&] { return ::unlinkat(directory, name.c_str(), 0); });
    }
    return fail(system_error("sync directory of", path, cause));
  }
  return ok();
}

bool path_exists(const std::string& path) {
  struct stat facts = {};
  return ::lstat(path.c_str(), &facts) == 0;
}

}  // namespace arkive
