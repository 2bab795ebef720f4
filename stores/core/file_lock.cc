#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "stores/core/files.h"
#include "stores/core/interrupt.h"
#include "stores/core/process.h"
#include "stores/core/retry.h"
#include "stores/core/system_call.h"

namespace arkive {

namespace {

constexpr std::chrono::milliseconds kPause(20);

/// True while `name` still names the file behind `fd`: a lock on a removed file excludes nobody.
bool still_named(const UniqueFd& fd, int directory, const std::string& name) {
  struct stat ours = {};
  struct stat named = {};
  return ::fstat(fd.get(), &ours) == 0 &&
         ::fstatat(directory, name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

std::string holder_in(const UniqueFd& fd) {
  char text[256];
  const ssize_t size = ::pread(fd.get(), text, sizeof text, 0);
  std::string holder(text, size > 0 ? static_cast<std::size_t>(size) : 0);
  while (holder.ends_with('\n')) holder.pop_back();
  return holder.empty() ? "another process" : printable(holder);
}

/// For people who find the lock held. Not being able to write it is no failure: the lock itself is flock's,
/// and on a full disk it is the lock of the command that frees space.
void write_holder(const UniqueFd& fd, const std::string& path) {
  if (::ftruncate(fd.get(), 0) != 0) return;
  (void)write_all(fd.get(), "process " + std::to_string(::getpid()) + " on " + host_name() + "\n", path);
}

}  // namespace

Result<FileLock> FileLock::acquire(const std::string& path, Deadline deadline) {
  return acquire_at(AT_FDCWD, path, path, deadline);
}

Result<FileLock> FileLock::acquire_at(int directory, const std::string& name, const std::string& path,
                                      Deadline deadline) {
  for (;;) {
    UniqueFd fd(traced(
        [&] { return ::openat(directory, name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600); }));
    if (!fd) return fail(system_error("lock", path, errno));
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) {
      if (!still_named(fd, directory, name)) continue;
      (void)::fchmod(fd.get(), 0600);
      write_holder(fd, path);
      return FileLock(std::move(fd));
    }
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return fail(system_error("lock", path, errno));
    if (deadline.passed()) {
      return fail(Outcome::kConflict, "lock '" + printable(path) + "': held by " + holder_in(fd),
                  "wait for it to end; the lock goes with the process that holds it");
    }
    if (!pause_for(kPause, deadline)) return fail(interruption_of("lock '" + printable(path) + "'"));
  }
}

}  // namespace arkive
