/// fsync and syncfs of a program, instead of the C library's, for sweeps over failing syncs. Include it once.
/// FAIL_SYNC=N: the N-th one fails with EIO; SYNC_COUNT=FILE: how many there were. The program ends with
/// status 70 when a sync is repeated on a file whose sync has failed.
#pragma once

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <set>
#include <utility>

namespace arkive::test {

inline int sync_with_faults(long call, int fd) {
  static std::mutex mutex;
  static int count = 0;
  static std::set<std::pair<dev_t, ino_t>> failed;
  const std::lock_guard lock(mutex);
  struct stat facts = {};
  (void)::fstat(fd, &facts);
  if (failed.contains({facts.st_dev, facts.st_ino})) ::_exit(70);
  const char* const wanted = std::getenv("FAIL_SYNC");
  if (++count == (wanted == nullptr ? 0 : std::atoi(wanted))) {
    failed.insert({facts.st_dev, facts.st_ino});
    errno = EIO;
    return -1;
  }
  if (const char* const path = std::getenv("SYNC_COUNT")) {
    if (std::FILE* const file = std::fopen(path, "w")) {
      std::fprintf(file, "%d\n", count);
      std::fclose(file);
    }
  }
  return static_cast<int>(::syscall(call, fd));
}

}  // namespace arkive::test

extern "C" int fsync(int fd) {
  return arkive::test::sync_with_faults(SYS_fsync, fd);
}
extern "C" int syncfs(int fd) noexcept {
  return arkive::test::sync_with_faults(SYS_syncfs, fd);
}
