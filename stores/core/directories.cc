#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "stores/core/files.h"
#include "stores/core/system_call.h"

namespace arkive {

namespace {

constexpr mode_t kDirectoryMode = 0700;
constexpr int kOpenDirectory = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// Names in the directory `fd`, unsorted; takes the descriptor.
Result<std::vector<std::string>> names_in(UniqueFd fd, const std::string& path) {
  const Handle<DIR, ::closedir> directory(::fdopendir(fd.get()));
  if (!directory) return fail(system_error("list", path, errno));
  (void)fd.release();
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* const entry = ::readdir(directory.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return fail(system_error("list", path, errno));
  return names;
}

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/// A directory on the way down, while its tree is removed.
struct Level {
  std::string name;  ///< in the directory above
  struct stat facts = {};
  std::vector<std::string> names;  ///< still to be removed
};

/// Removes what is in the directory `top`. One descriptor is open at a time, however deep the tree: the way
/// back up goes through "..", checked to be the directory that we came from.
class TreeRemover {
 public:
  TreeRemover(UniqueFd top, const std::string& path) : current_(std::move(top)), path_(path) {}

  Status run() {
    ARKIVE_TRY(enter({}));
    while (!levels_.empty()) {
      Level& level = levels_.back();
      if (level.names.empty()) {
        ARKIVE_TRY(leave());
        continue;
      }
      const std::string name = std::move(level.names.back());
      level.names.pop_back();
      ARKIVE_TRY(remove(name));
    }
    return ok();
  }

 private:
  Status remove(const std::string& name) {
    if (traced([&] { return ::unlinkat(current_.get(), name.c_str(), 0); }) == 0 || errno == ENOENT)
      return ok();
    // Linux says EISDIR, POSIX EPERM.
    if (errno != EISDIR && errno != EPERM) return error(name);
    const int reason = errno;
    UniqueFd below(::openat(current_.get(), name.c_str(), kOpenDirectory | O_NOFOLLOW));
    if (!below) {
      if (errno == ENOENT) return ok();
      if (errno == ENOTDIR) errno = reason;
      return error(name);
    }
    current_ = std::move(below);
    return enter(name);
  }

  /// Reads the directory that `current_` has become.
  Status enter(std::string name) {
    Level level;
    level.name = std::move(name);
    if (::fstat(current_.get(), &level.facts) != 0) return error(level.name);
    UniqueFd copy(::openat(current_.get(), ".", kOpenDirectory));
    if (!copy) return error(level.name);
    ARKIVE_ASSIGN(level.names, names_in(std::move(copy), path_));
    levels_.push_back(std::move(level));
    return ok();
  }

  Status leave() {
    const std::string name = std::move(levels_.back().name);
    levels_.pop_back();
    if (levels_.empty()) return ok();
    UniqueFd above(::openat(current_.get(), "..", kOpenDirectory));
    struct stat facts = {};
    if (!above || ::fstat(above.get(), &facts) != 0) return error("..");
    if (!same_file(facts, levels_.back().facts)) {
      return fail(Outcome::kConflict,
                  "remove '" + printable(path_) + "': a directory in it was moved meanwhile");
    }
    current_ = std::move(above);
    const int removed = traced([&] { return ::unlinkat(current_.get(), name.c_str(), AT_REMOVEDIR); });
    return removed == 0 || errno == ENOENT ? ok() : error(name);
  }

  Status error(const std::string& name) const {
    const int number = errno;
    std::string object = path_;
    for (const Level& level : levels_) {
      if (!level.name.empty()) object += "/" + level.name;
    }
    return fail(system_error("remove", name.empty() ? object : object + "/" + name, number));
  }

  UniqueFd current_;
  const std::string& path_;
  std::vector<Level> levels_;
};

}  // namespace

Result<UniqueFd> open_directory(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), kOpenDirectory | O_NOFOLLOW));
  if (!fd) return fail(system_error("open directory", path, errno));
  return fd;
}

Status sync_directory(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), kOpenDirectory));
  if (!fd) return fail(system_error("open directory", path, errno));
  if (traced([&] { return ::fsync(fd.get()); }) != 0)
    return fail(system_error("sync directory", path, errno));
  return ok();
}

Status make_directories(const std::string& path) {
  std::string plain = path;
  while (plain.size() > 1 && plain.ends_with('/')) plain.pop_back();
  if (plain.empty()) return fail(Outcome::kUsage, "create directory '': the path is empty");
  struct stat facts = {};
  if (::stat(plain.c_str(), &facts) == 0) {
    if (S_ISDIR(facts.st_mode)) return ok();
    return fail(system_error("create directory", path, ENOTDIR));
  }
  if (errno != ENOENT) return fail(system_error("create directory", path, errno));
  const std::string parent = parent_of(plain);
  ARKIVE_TRY(make_directories(parent));
  if (traced([&] { return ::mkdir(plain.c_str(), kDirectoryMode); }) != 0) {
    // Somebody else was faster: fine when it is a directory.
    if (errno == EEXIST && ::stat(plain.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode)) {
      return sync_directory(parent);
    }
    return fail(system_error("create directory", path, errno == 0 ? EEXIST : errno));
  }
  // The umask may have taken bits away, even ours.
  if (::lstat(plain.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) &&
      (facts.st_mode & 0777) != kDirectoryMode && ::chmod(plain.c_str(), kDirectoryMode) != 0) {
    return fail(system_error("set the mode of directory", path, errno));
  }
  return sync_directory(parent);
}

Status remove_tree(const std::string& path) {
  return remove_tree_at(AT_FDCWD, path, path);
}

Status remove_tree_at(int directory, const std::string& name, const std::string& path) {
  UniqueFd top(::openat(directory, name.c_str(), kOpenDirectory | O_NOFOLLOW));
  if (!top) {
    if (errno == ENOENT) return ok();
    // No directory, or a link to one: the name itself goes.
    if (errno != ENOTDIR && errno != ELOOP) return fail(system_error("remove", path, errno));
    if (traced([&] { return ::unlinkat(directory, name.c_str(), 0); }) == 0 || errno == ENOENT) return ok();
    return fail(system_error("remove", path, errno));
  }
  ARKIVE_TRY(TreeRemover(std::move(top), path).run());
  const int removed = traced([&] { return ::unlinkat(directory, name.c_str(), AT_REMOVEDIR); });
  if (removed == 0 || errno == ENOENT) return ok();
  return fail(system_error("remove", path, errno));
}

Result<std::vector<std::string>> list_directory(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), kOpenDirectory));
  if (!fd) return fail(system_error("list", path, errno));
  ARKIVE_ASSIGN(auto names, names_in(std::move(fd), path));
  std::sort(names.begin(), names.end());
  return names;
}

Result<TemporaryDirectory> TemporaryDirectory::create(const std::string& label) {
  const char* const place = std::getenv("TMPDIR");
  return create_in(place == nullptr || *place == '\0' ? "/tmp" : place, label);
}

Result<TemporaryDirectory> TemporaryDirectory::create_in(const std::string& directory,
                                                         const std::string& label) {
  std::string name = label;
  std::replace(name.begin(), name.end(), '/', '_');
  std::string path = directory + "/arkive-" + name + "-XXXXXX";
  if (traced([&] { return ::mkdtemp(path.data()) == nullptr ? -1 : 0; }) != 0) {
    return fail(system_error("create temporary directory", path, errno));
  }
  if (::chmod(path.c_str(), kDirectoryMode) != 0) {
    return fail(system_error("set the mode of temporary directory", path, errno));
  }
  return TemporaryDirectory(std::move(path));
}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory&& other) noexcept
    : path_(std::exchange(other.path_, {})), kept_(other.kept_) {}

TemporaryDirectory::~TemporaryDirectory() {
  if (!path_.empty() && !kept_) (void)remove_tree(path_);
}

}  // namespace arkive
