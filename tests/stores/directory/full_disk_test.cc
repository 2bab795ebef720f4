// A disk that is full: the run says so and is given up; earlier runs stay whole; freed space is enough to go
// on.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <functional>

#include "tests/stores/directory/store_fixture.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

/// Runs `test` in a child; its answer is empty when all was well.
std::string in_child(const std::function<std::string()>& test) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    std::string answer;
    try {
      answer = test();
    } catch (const std::exception& exception) {
      answer = exception.what();
    }
    ::_exit(write_all(ends[1], answer, "pipe") ? 0 : 1);
  }
  ::close(ends[1]);
  std::string answer;
  char buffer[4096];
  for (ssize_t got; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    answer.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) answer += " (child ended with " + std::to_string(status) + ")";
  return answer;
}

bool tell(const char* file, const std::string& text) {
  const UniqueFd fd(::open(file, O_WRONLY | O_CLOEXEC));
  return fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// A mount namespace of our own: as root, or as root of a user namespace (which needs a single thread).
bool leave_mounts() {
  if (::unshare(CLONE_NEWNS) == 0) return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  const std::string users = "0 " + std::to_string(::geteuid()) + " 1";
  const std::string groups = "0 " + std::to_string(::getegid()) + " 1";
  return ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && tell("/proc/self/setgroups", "deny") &&
         tell("/proc/self/uid_map", users) && tell("/proc/self/gid_map", groups);
}

bool mount_small(const std::string& directory, const char* size) {
  return leave_mounts() &&
         ::mount("tmpfs", directory.c_str(), "tmpfs", 0, (std::string("mode=700,size=") + size).c_str()) == 0;
}

constexpr const char* kNotPermitted = "mounting is not permitted here";

Files files_of(std::size_t count, std::size_t size, char content) {
  Files files;
  for (std::size_t i = 0; i < count; ++i) {
    files["d" + std::to_string(i % 10) + "/f" + std::to_string(i)] = std::string(size, content);
  }
  return files;
}

class FullDisk : public StoreTest, public testing::WithParamInterface<int> {};

TEST_P(FullDisk, OnASmallFileSystemTheRunIsGivenUpAndEarlierOnesStay) {
  const int mebibytes = GetParam();
  const auto bytes = static_cast<std::size_t>(mebibytes) << 20;
  const int passes = full_form() ? 10 : 2;
  value_of(make_directories(store()));
  const std::string answer = in_child([&]() -> std::string {
    if (!mount_small(store(), (std::to_string(mebibytes) + "m").c_str())) return kNotPermitted;
    const TestRun first = run(1, files_of(50, bytes / 400, 'a'));
    const auto repository = open();
    value_of(write_run(*repository, first));
    for (int pass = 0; pass < passes; ++pass) {
      const auto written = write_run(*repository, run(2, files_of(200, bytes / 150, 'b')));
      if (written) return "more was written than the disk holds";
      if (written.error().outcome != Outcome::kFull) return "not kFull: " + written.error().what;
      if (written.error().hint.empty()) return "no hint";
      if (!holds(*repository, first)) return "the first run suffered";
      if (!value_of(repository->check_storage("prod")).empty()) return "check_storage found something";
      if (ids_of(*repository) != std::vector<std::string>{first.id}) return "half a run is listed";
    }
    // A full disk does not even take a manifest.
    overwrite(store("filler"), std::string(bytes, 'f'));
    if (write_run(*repository, run(3, first.tree, first.record)))
      return "a manifest was written on a full disk";
    std::filesystem::remove(store("filler"));
    const TestRun next = run(4, files_of(50, bytes / 400, 'c'));
    value_of(write_run(*repository, next));
    if (!holds(*repository, first) || !holds(*repository, next)) return "the run after that is not whole";
    return {};
  });
  if (answer == kNotPermitted) GTEST_SKIP() << kNotPermitted;
  EXPECT_EQ(answer, "");
  const auto times = static_cast<std::uint64_t>(passes) + 1;
  scoreboard("directory_full_disk_" + std::to_string(mebibytes) + "MiB", 0, times, times,
             answer.empty() ? 0 : 1);
}

INSTANTIATE_TEST_SUITE_P(MiB, FullDisk, testing::Values(1, 4, 16));

using FileSizeLimit = StoreTest;

TEST_F(FileSizeLimit, IsAFullDiskToo) {
  const std::string answer = in_child([&]() -> std::string {
    ::signal(SIGXFSZ, SIG_IGN);
    const auto repository = open();
    const TestRun first = run(1, files_of(5, 100, 'a'));
    value_of(write_run(*repository, first));
    const rlimit limit = {4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto written = write_run(*repository, run(2, files_of(5, 10'000, 'b')));
    if (written) return "more was written than the limit allows";
    if (written.error().outcome != Outcome::kFull) return "not kFull: " + written.error().what;
    if (written.error().hint.find("ulimit") == std::string::npos)
      return "the hint is " + written.error().hint;
    if (!holds(*repository, first)) return "the first run suffered";
    const TestRun next = run(3, files_of(5, 200, 'c'));
    value_of(write_run(*repository, next));
    if (!holds(*repository, next)) return "the run after that is not whole";
    return {};
  });
  EXPECT_EQ(answer, "");
}

}  // namespace
}  // namespace arkive::test
