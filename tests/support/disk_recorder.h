/// The C library's calls that change files, of a whole program, instead of the C library's own: what they do
/// below one directory is recorded (tests/support/disk_states.h). Include it once. Nothing is really synced
/// in such a program: it asks only what would be there if the power failed. Not seen are the calls that the
/// C library makes for itself (fopen, mkdtemp), other processes, and mapped pages that are written; compare
/// what was recorded with what is there.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "tests/support/disk_states.h"

namespace arkive::test {

class DiskRecorder {
 public:
  static DiskRecorder& instance() {
    static DiskRecorder recorder;
    return recorder;
  }

  using Identity = std::pair<dev_t, ino_t>;
  static Identity identity_of_path(const std::string& path) { return identity(AT_FDCWD, path); }

  /// Of what is below `directory`, from now on. One at a time.
  void begin(const std::string& directory) {
    record_.operations.clear();
    record_.before = read_disk(directory, identity_of_path);
    numbers_.clear();
    // read_disk numbers files as it meets them; so does this.
    std::size_t number = 0;
    (void)read_disk(directory, [&](const std::string& path) {
      const Identity file = identity(AT_FDCWD, path);
      if (numbers_.emplace(file, number).second) ++number;
      return file;
    });
    const std::lock_guard lock(mutex_);
    is_recording_ = true;
  }
  DiskRecord end() {
    const std::lock_guard lock(mutex_);
    is_recording_ = false;
    return std::move(record_);
  }

  /// Runs `call`, which gives -1 when it fails; what `note()` records is in the order in which it happened.
  template <class Call, class Note>
  auto run(Call call, Note note) -> decltype(call()) {
    if (!is_recording_) return call();
    const std::lock_guard lock(mutex_);
    const auto result = call();
    if (is_recording_ && result >= 0) {
      const int error_number = errno;
      note(result);
      errno = error_number;
    }
    return result;
  }

  // All of these only within note().
  void wrote(int fd, std::uint64_t offset, const void* bytes, std::size_t size) {
    if (const auto file = number_of(fd)) {
      record_.operations.push_back(
          {DiskOperation::What::kWrite, *file, offset, std::string(static_cast<const char*>(bytes), size)});
    }
  }
  void resized(int fd, std::uint64_t size) {
    if (const auto file = number_of(fd))
      record_.operations.push_back({DiskOperation::What::kResize, *file, size});
  }
  void synced(int fd) {
    if (const auto file = number_of(fd)) record_.operations.push_back({DiskOperation::What::kSync, *file});
  }
  void synced_all() { record_.operations.push_back({DiskOperation::What::kSyncAll}); }
  void opened(int at, const char* path, int flags, bool was_there, int fd) {
    if ((flags & O_TMPFILE) == O_TMPFILE) {
      if (number_of(at, path)) make(identity_of(fd), false);
    } else if ((flags & O_CREAT) != 0 && !was_there) {
      if (const auto place = place_of(at, path))
        name({{place->first, place->second, make(identity_of(fd), false)}});
    } else if ((flags & O_TRUNC) != 0) {
      resized(fd, 0);
    }
  }
  void made_directory(int at, const char* path) {
    if (const auto place = place_of(at, path))
      name({{place->first, place->second, make(identity(at, path), true)}});
  }
  void linked(int from_at, const char* from, int to_at, const char* to, int flags) {
    const auto place = place_of(to_at, to);
    if (!place) return;
    const auto file = number_of(from_at, from, (flags & AT_SYMLINK_FOLLOW) != 0);
    if (!file) throw_unknown("a link from outside");
    name({{place->first, place->second, *file}});
  }
  void renamed(int from_at, const char* from, int to_at, const char* to) {
    const auto old_place = place_of(from_at, from);
    const auto new_place = place_of(to_at, to);
    if (!old_place && !new_place) return;
    const auto file = number_of(to_at, to);
    if (!old_place || !new_place || !file) throw_unknown("a move over the border");
    name({{old_place->first, old_place->second, std::nullopt}, {new_place->first, new_place->second, *file}});
  }
  void removed(int at, const char* path) {
    if (const auto place = place_of(at, path)) name({{place->first, place->second, std::nullopt}});
  }

 private:
  static Identity identity_of(int fd) {
    struct stat facts = {};
    (void)::fstat(fd, &facts);
    return {facts.st_dev, facts.st_ino};
  }
  static Identity identity(int at, const std::string& path, bool follow = false) {
    struct stat facts = {};
    (void)::fstatat(at, path.c_str(), &facts, follow ? 0 : AT_SYMLINK_NOFOLLOW);
    return {facts.st_dev, facts.st_ino};
  }
  [[noreturn]] static void throw_unknown(const char* what) {
    throw std::runtime_error(std::string("cannot be recorded: ") + what);
  }

  std::optional<std::size_t> number_of(const Identity& file) const {
    const auto known = numbers_.find(file);
    if (known == numbers_.end()) return std::nullopt;
    return known->second;
  }
  std::optional<std::size_t> number_of(int fd) const { return number_of(identity_of(fd)); }
  std::optional<std::size_t> number_of(int at, const char* path, bool follow = false) const {
    return number_of(identity(at, path, follow));
  }
  /// The directory and the name in it; nothing when it is not ours.
  std::optional<std::pair<std::size_t, std::string>> place_of(int at, const char* path) const {
    std::string text(path);
    while (text.size() > 1 && text.ends_with('/')) text.pop_back();
    const std::size_t slash = text.rfind('/');
    const std::string directory = slash == std::string::npos ? "." : text.substr(0, slash + 1);
    const auto number = number_of(identity(at, directory, true));
    if (!number) return std::nullopt;
    return std::pair{*number, text.substr(slash == std::string::npos ? 0 : slash + 1)};
  }
  /// A removed file's identity may be another's now.
  std::size_t make(const Identity& file, bool is_directory) {
    const std::size_t number = record_.before.size();
    record_.before.emplace_back().is_directory = is_directory;
    numbers_[file] = number;
    return number;
  }
  void name(std::vector<DiskOperation::Name> names) {
    DiskOperation operation{DiskOperation::What::kName};
    operation.names = std::move(names);
    record_.operations.push_back(std::move(operation));
  }

  std::mutex mutex_;
  std::atomic<bool> is_recording_ = false;
  DiskRecord record_;
  std::map<Identity, std::size_t> numbers_;
};

inline DiskRecorder& recorder() {
  return DiskRecorder::instance();
}

inline int recorded_open(int at, const char* path, int flags, mode_t mode) {
  bool was_there = false;
  return recorder().run(
      [&] {
        struct stat facts = {};
        was_there = ::fstatat(at, path, &facts, AT_SYMLINK_NOFOLLOW) == 0;
        return static_cast<int>(::syscall(SYS_openat, at, path, flags, mode));
      },
      [&](int fd) { recorder().opened(at, path, flags, was_there, fd); });
}

}  // namespace arkive::test

// The names are given for themselves, so that no header's declaration is met.
extern "C" {
int recorded_open(const char* path, int flags, ...) __asm__("open");
int recorded_open64(const char* path, int flags, ...) __asm__("open64");
int recorded_openat(int at, const char* path, int flags, ...) __asm__("openat");
int recorded_openat64(int at, const char* path, int flags, ...) __asm__("openat64");
ssize_t recorded_write(int fd, const void* bytes, std::size_t size) __asm__("write");
ssize_t recorded_pwrite(int fd, const void* bytes, std::size_t size, off_t offset) __asm__("pwrite");
ssize_t recorded_pwrite64(int fd, const void* bytes, std::size_t size, off_t offset) __asm__("pwrite64");
int recorded_ftruncate(int fd, off_t size) __asm__("ftruncate");
int recorded_ftruncate64(int fd, off_t size) __asm__("ftruncate64");
int recorded_mkdir(const char* path, mode_t mode) __asm__("mkdir");
int recorded_mkdirat(int at, const char* path, mode_t mode) __asm__("mkdirat");
int recorded_link(const char* from, const char* to) __asm__("link");
int recorded_linkat(int from_at, const char* from, int to_at, const char* to, int flags) __asm__("linkat");
int recorded_rename(const char* from, const char* to) __asm__("rename");
int recorded_renameat(int from_at, const char* from, int to_at, const char* to) __asm__("renameat");
int recorded_renameat2(int from_at, const char* from, int to_at, const char* to,
                       unsigned flags) __asm__("renameat2");
int recorded_unlink(const char* path) __asm__("unlink");
int recorded_unlinkat(int at, const char* path, int flags) __asm__("unlinkat");
int recorded_rmdir(const char* path) __asm__("rmdir");
int recorded_fsync(int fd) __asm__("fsync");
int recorded_fdatasync(int fd) __asm__("fdatasync");
int recorded_syncfs(int fd) __asm__("syncfs");
}

// A mode follows where a file may be made.
#define ARKIVE_RECORDED_MODE(flags)                                 \
  mode_t mode = 0;                                                  \
  if (((flags)&O_CREAT) != 0 || ((flags)&O_TMPFILE) == O_TMPFILE) { \
    va_list more;                                                   \
    va_start(more, flags);                                          \
    mode = va_arg(more, mode_t);                                    \
    va_end(more);                                                   \
  }

int recorded_open(const char* path, int flags, ...) {
  ARKIVE_RECORDED_MODE(flags)
  return arkive::test::recorded_open(AT_FDCWD, path, flags, mode);
}
int recorded_open64(const char* path, int flags, ...) {
  ARKIVE_RECORDED_MODE(flags)
  return arkive::test::recorded_open(AT_FDCWD, path, flags, mode);
}
int recorded_openat(int at, const char* path, int flags, ...) {
  ARKIVE_RECORDED_MODE(flags)
  return arkive::test::recorded_open(at, path, flags, mode);
}
int recorded_openat64(int at, const char* path, int flags, ...) {
  ARKIVE_RECORDED_MODE(flags)
  return arkive::test::recorded_open(at, path, flags, mode);
}
#undef ARKIVE_RECORDED_MODE

ssize_t recorded_write(int fd, const void* bytes, std::size_t size) {
  const auto write = [&] { return static_cast<ssize_t>(::syscall(SYS_write, fd, bytes, size)); };
  struct stat facts = {};
  if (::fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode)) return write();  // a pipe may keep us waiting
  return arkive::test::recorder().run(write, [&](ssize_t written) {
    const off_t end = ::lseek(fd, 0, SEEK_CUR);
    arkive::test::recorder().wrote(fd, static_cast<std::uint64_t>(end - written), bytes,
                                   static_cast<std::size_t>(written));
  });
}
ssize_t recorded_pwrite64(int fd, const void* bytes, std::size_t size, off_t offset) {
  return arkive::test::recorder().run(
      [&] { return static_cast<ssize_t>(::syscall(SYS_pwrite64, fd, bytes, size, offset)); },
      [&](ssize_t written) {
        arkive::test::recorder().wrote(fd, static_cast<std::uint64_t>(offset), bytes,
                                       static_cast<std::size_t>(written));
      });
}
ssize_t recorded_pwrite(int fd, const void* bytes, std::size_t size, off_t offset) {
  return recorded_pwrite64(fd, bytes, size, offset);
}
int recorded_ftruncate64(int fd, off_t size) {
  return arkive::test::recorder().run(
      [&] { return static_cast<int>(::syscall(SYS_ftruncate, fd, size)); },
      [&](int) { arkive::test::recorder().resized(fd, static_cast<std::uint64_t>(size)); });
}
int recorded_ftruncate(int fd, off_t size) {
  return recorded_ftruncate64(fd, size);
}
int recorded_mkdirat(int at, const char* path, mode_t mode) {
  return arkive::test::recorder().run(
      [&] { return static_cast<int>(::syscall(SYS_mkdirat, at, path, mode)); },
      [&](int) { arkive::test::recorder().made_directory(at, path); });
}
int recorded_mkdir(const char* path, mode_t mode) {
  return recorded_mkdirat(AT_FDCWD, path, mode);
}
int recorded_linkat(int from_at, const char* from, int to_at, const char* to, int flags) {
  return arkive::test::recorder().run(
      [&] { return static_cast<int>(::syscall(SYS_linkat, from_at, from, to_at, to, flags)); },
      [&](int) { arkive::test::recorder().linked(from_at, from, to_at, to, flags); });
}
int recorded_link(const char* from, const char* to) {
  return recorded_linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}
int recorded_renameat2(int from_at, const char* from, int to_at, const char* to, unsigned flags) {
  return arkive::test::recorder().run(
      [&] { return static_cast<int>(::syscall(SYS_renameat2, from_at, from, to_at, to, flags)); },
      [&](int) { arkive::test::recorder().renamed(from_at, from, to_at, to); });
}
int recorded_renameat(int from_at, const char* from, int to_at, const char* to) {
  return recorded_renameat2(from_at, from, to_at, to, 0);
}
int recorded_rename(const char* from, const char* to) {
  return recorded_renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}
int recorded_unlinkat(int at, const char* path, int flags) {
  return arkive::test::recorder().run(
      [&] { return static_cast<int>(::syscall(SYS_unlinkat, at, path, flags)); },
      [&](int) { arkive::test::recorder().removed(at, path); });
}
int recorded_unlink(const char* path) {
  return recorded_unlinkat(AT_FDCWD, path, 0);
}
int recorded_rmdir(const char* path) {
  return recorded_unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}
int recorded_fsync(int fd) {
  return arkive::test::recorder().run([] { return 0; }, [&](int) { arkive::test::recorder().synced(fd); });
}
int recorded_fdatasync(int fd) {
  return recorded_fsync(fd);
}
int recorded_syncfs(int) {
  return arkive::test::recorder().run([] { return 0; }, [](int) { arkive::test::recorder().synced_all(); });
}
