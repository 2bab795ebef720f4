#include "stores/directory/beneath.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "stores/core/system_call.h"

namespace arkive::directory {

namespace {

constexpr int kOpenDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr mode_t kFileMode = 0600;
constexpr mode_t kDirectoryMode = 0700;
constexpr std::size_t kMostOpen = 32;

tl::unexpected<Error> wrong_kind(const char* operation, std::string_view object, unsigned mode,
                                 const char* wanted) {
  return fail(Outcome::kCorrupt,
              std::string(operation) + " '" + printable(object) + "': " + kind_of_file(mode) +
                  " stands where " + wanted + " was expected",
              "links are never followed in a store; find out who put it there");
}

Result<UniqueFd> with_mode_set(UniqueFd fd, std::string_view object) {
  if (!fd) return fail(system_error("create", object, errno));
  // The umask may have taken bits away, even ours; a directory's default ACL may have added some.
  struct stat facts = {};
  if (::fstat(fd.get(), &facts) != 0 ||
      ((facts.st_mode & 07777) != kFileMode && ::fchmod(fd.get(), kFileMode) != 0)) {
    return fail(system_error("set the mode of", object, errno));
  }
  return fd;
}

}  // namespace

const char* kind_of_file(unsigned mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return "a regular file";
    case S_IFDIR:
      return "a directory";
    case S_IFLNK:
      return "a symbolic link";
    case S_IFIFO:
      return "a FIFO";
    case S_IFSOCK:
      return "a socket";
    default:
      return "a device";
  }
}

int DirectoryCursor::current() const {
  if (ends_.size() > fds_.size()) return deepest_.get();
  return fds_.empty() ? top_ : fds_.back().get();
}

std::string DirectoryCursor::object(std::string_view part) const {
  std::string name = top_name_;
  for (const std::string_view more : {std::string_view(path_), part}) {
    if (more.empty()) continue;
    name += '/';
    name += more;
  }
  return name;
}

Status DirectoryCursor::descend(std::string_view part) {
  const int parent = current();
  const std::string name(part);
  UniqueFd fd(::openat(parent, name.c_str(), kOpenDirectory));
  if (!fd && errno == ENOENT && if_missing_ != IfMissing::kFail) {
    // Another thread of ours may create it first.
    if (traced([&] { return ::mkdirat(parent, name.c_str(), kDirectoryMode); }) != 0 && errno != EEXIST) {
      return fail(system_error("create directory", object(part), errno));
    }
    fd.reset(::openat(parent, name.c_str(), kOpenDirectory));
    struct stat facts = {};
    if (fd && ::fstat(fd.get(), &facts) == 0 && (facts.st_mode & 07777) != kDirectoryMode &&
        ::fchmod(fd.get(), kDirectoryMode) != 0) {
      return fail(system_error("set the mode of directory", object(part), errno));
    }
    if (fd && if_missing_ == IfMissing::kCreateDurably && traced([&] { return ::fsync(parent); }) != 0) {
      return fail(system_error("sync directory", object({}), errno));
    }
  }
  if (!fd) {
    const int reason = errno;
    struct stat facts = {};
    if ((reason == ENOTDIR || reason == ELOOP) &&
        ::fstatat(parent, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(facts.st_mode)) {
      if (S_ISREG(facts.st_mode)) return fail(system_error("open directory", object(part), ENOENT));
      return wrong_kind("open directory", object(part), facts.st_mode, "a directory");
    }
    return fail(system_error("open directory", object(part), reason));
  }
  if (!path_.empty()) path_ += '/';
  path_ += part;
  if (fds_.size() < kMostOpen) {
    fds_.push_back(std::move(fd));
  } else {
    deepest_ = std::move(fd);
  }
  ends_.push_back(path_.size());
  return ok();
}

Result<int> DirectoryCursor::go_to(std::string_view path) {
  if (path == path_) return current();
  // How many parts of the way stay.
  std::size_t stay = 0;
  while (stay < ends_.size()) {
    const std::size_t end = ends_[stay];
    const bool same = path.size() >= end && path.compare(0, end, path_, 0, end) == 0 &&
                      (path.size() == end || path[end] == '/');
    if (!same) break;
    ++stay;
  }
  // Directories between the kept descriptors and the deepest are not open: walk to them again.
  if (stay < ends_.size() && stay > fds_.size()) stay = fds_.size();
  ends_.resize(stay);
  path_.resize(stay == 0 ? 0 : ends_.back());
  if (fds_.size() > stay) fds_.resize(stay);
  while (path_.size() < path.size()) {
    const std::size_t begin = path_.empty() ? 0 : path_.size() + 1;
    const std::size_t end = std::min(path.find('/', begin), path.size());
    ARKIVE_TRY(descend(path.substr(begin, end - begin)));
  }
  return current();
}

namespace {

/// As open_regular_file; `facts` are those of the file.
Result<UniqueFd> open_and_look(int directory, const char* name, std::string_view object, struct stat& facts) {
  UniqueFd fd(::openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  const int reason = fd ? 0 : errno;
  const bool known =
      fd ? ::fstat(fd.get(), &facts) == 0 : ::fstatat(directory, name, &facts, AT_SYMLINK_NOFOLLOW) == 0;
  if (known && S_ISDIR(facts.st_mode)) return fail(system_error("read", object, ENOENT));
  if (known && !S_ISREG(facts.st_mode)) return wrong_kind("read", object, facts.st_mode, "a file");
  if (!fd || !known) return fail(system_error("read", object, fd ? errno : reason));
  return fd;
}

}  // namespace

Result<UniqueFd> open_regular_file(int directory, const char* name, std::string_view object) {
  struct stat facts = {};
  return open_and_look(directory, name, object, facts);
}

Status read_regular_file(int directory, const char* name, std::string_view object, std::string& to) {
  struct stat facts = {};
  ARKIVE_ASSIGN(const UniqueFd fd, open_and_look(directory, name, object, facts));
  // One byte more than it has: the read that finds the end then needs no growth.
  to.resize(static_cast<std::size_t>(facts.st_size) + 1);
  for (std::size_t have = 0;;) {
    const ssize_t got = ::read(fd.get(), to.data() + have, to.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(system_error("read", object, errno));
    have += static_cast<std::size_t>(got);
    // A short read ends a regular file.
    if (have < to.size()) {
      to.resize(have);
      return ok();
    }
    to.resize(to.size() * 2);
  }
}

Result<UniqueFd> create_file(int directory, const char* name, std::string_view object) {
  UniqueFd fd(traced([&] {
    return ::openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode);
  }));
  return with_mode_set(std::move(fd), object);
}

Result<UniqueFd> create_nameless_file(int directory, std::string_view object) {
  UniqueFd fd(traced([&] { return ::openat(directory, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, kFileMode); }));
  // EISDIR and EINVAL: how kernels and file systems that do not know the flag say so.
  if (!fd && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) return UniqueFd();
  return with_mode_set(std::move(fd), object);
}

int give_name(int file, int directory, const char* name) {
  const std::string source = "/proc/self/fd/" + std::to_string(file);
  return traced([&] { return ::linkat(AT_FDCWD, source.c_str(), directory, name, AT_SYMLINK_FOLLOW); });
}

Status close_file(UniqueFd fd, std::string_view object) {
  if (traced([&] { return ::close(fd.release()); }) != 0 && errno != EINTR) {
    return fail(system_error("close", object, errno));
  }
  return ok();
}

Result<std::vector<std::string>> names_in(int directory, std::string_view object) {
  UniqueFd copy(::openat(directory, ".", kOpenDirectory));
  if (!copy) return fail(system_error("list", object, errno));
  const Handle<DIR, ::closedir> stream(::fdopendir(copy.get()));
  if (!stream) return fail(system_error("list", object, errno));
  (void)copy.release();
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* const entry = ::readdir(stream.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return fail(system_error("list", object, errno));
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace arkive::directory
