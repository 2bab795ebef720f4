// What the sweeps over fault points kill and fail:
//   directory_fault_program STORE write K     writes run K
//   directory_fault_program STORE prune K     prunes run K
// Exit statuses: 0 done, 1 an error (its text on standard error), 70 a sync was repeated on a file whose sync
// had failed. FAIL_SYNC=N: the N-th fsync or syncfs fails with EIO; SYNC_COUNT=FILE: how many there were.

#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <set>
#include <utility>

#include "tests/stores/directory/faults/history.h"

namespace {

/// fsync and syncfs of this program, instead of the C library's.
int sync_with_faults(long call, int fd) {
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

int finish(const arkive::Status& done) {
  if (done) return 0;
  std::fprintf(stderr, "%s: %s\n", std::string(arkive::outcome_name(done.error().outcome)).c_str(),
               done.error().what.c_str());
  return 1;
}

arkive::Status work(const std::string& store, const std::string& command, int k) {
  ARKIVE_ASSIGN(const auto repository, arkive::open_directory_repository(store, true));
  const arkive::test::TestRun run = arkive::test::history_run(k);
  if (command == "write") {
    ARKIVE_TRY(arkive::test::write_run(*repository, run));
  } else {
    ARKIVE_TRY(repository->prune("prod", {run.id}, false));
  }
  return arkive::ok();
}

}  // namespace

extern "C" int fsync(int fd) {
  return sync_with_faults(SYS_fsync, fd);
}
extern "C" int syncfs(int fd) noexcept {
  return sync_with_faults(SYS_syncfs, fd);
}

int main(int count, char** arguments) {
  if (count != 4) return 2;
  ::signal(SIGXFSZ, SIG_IGN);
  return finish(work(arguments[1], arguments[2], std::atoi(arguments[3])));
}
