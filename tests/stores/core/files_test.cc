#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stores/core/files.h"
#include "tests/support/results.h"

namespace arkive {
namespace {

using test::failed_with;
using test::succeeded;
using test::value_of;

unsigned mode_of(const std::string& path) {
  struct stat facts = {};
  return ::lstat(path.c_str(), &facts) == 0 ? facts.st_mode & 07777U : 0;
}

/// Sets the umask and puts the old one back.
class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  ~Umask() { ::umask(before_); }
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

 private:
  mode_t before_;
};

/// No file may grow beyond `size`: the next byte is EFBIG.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t size) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{size, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  sighandler_t handler_;
  rlimit before_ = {};
};

class Files : public test::ScratchTest {};

TEST_F(Files, AreReadInFull) {
  for (const std::size_t size : {0U, 1U, 4096U, 65536U, 65537U, 1'000'000U}) {
    const std::string data(size, 'x');
    ASSERT_TRUE(succeeded(write_file_durably(scratch("a"), data, IfExists::kReplace)));
    EXPECT_EQ(value_of(read_file(scratch("a"))), data);
  }
}

TEST_F(Files, WhoseSizeTheSystemDoesNotTellAreReadToo) {
  EXPECT_NE(value_of(read_file("/proc/self/status")).find("State:"), std::string::npos);
}

TEST_F(Files, MissingAreNotFoundAndNamed) {
  const auto result = read_file(scratch("none"));
  EXPECT_TRUE(failed_with(Outcome::kNotFound, result));
  EXPECT_EQ(result.error().what, "open '" + scratch("none") + "': No such file or directory");
}

TEST_F(Files, LargerThanTheBoundAreRefused) {
  ASSERT_TRUE(succeeded(write_file_durably(scratch("a"), "12345", IfExists::kReplace)));
  EXPECT_EQ(value_of(read_file(scratch("a"), 5)), "12345");
  EXPECT_TRUE(failed_with(Outcome::kFull, read_file(scratch("a"), 4)));
  EXPECT_TRUE(failed_with(Outcome::kFull, read_file("/dev/zero", 100'000)));
}

TEST_F(Files, WithSecretsAreRefusedWhenOthersMayUseThem) {
  ASSERT_TRUE(succeeded(write_file_durably(scratch("key"), "secret", IfExists::kReplace)));
  EXPECT_EQ(value_of(read_secret_file(scratch("key"))), "secret");
  for (const mode_t mode : {0604U, 0640U, 0601U, 0620U}) {
    ASSERT_EQ(::chmod(scratch("key").c_str(), mode), 0);
    const auto result = read_secret_file(scratch("key"));
    EXPECT_TRUE(failed_with(Outcome::kDenied, result)) << mode;
    EXPECT_EQ(result.error().what.find("secret'"), std::string::npos) << "no data in an error";
  }
}

TEST_F(Files, AreForTheOwnerOnlyWhateverTheUmask) {
  for (const mode_t mask : {0000U, 0022U, 0077U, 0277U, 0777U}) {
    const Umask set(mask);
    const std::string name = scratch("u" + std::to_string(mask));
    ASSERT_TRUE(succeeded(make_directories(name + "/a/b")));
    ASSERT_TRUE(succeeded(write_file_durably(name + "/a/b/f", "data", IfExists::kConflict)));
    ASSERT_TRUE(succeeded(write_file_durably(name + "/a/b/g", "data", IfExists::kReplace)));
    EXPECT_EQ(mode_of(name), 0700U) << mask;
    EXPECT_EQ(mode_of(name + "/a"), 0700U) << mask;
    EXPECT_EQ(mode_of(name + "/a/b"), 0700U) << mask;
    EXPECT_EQ(mode_of(name + "/a/b/f"), 0600U) << mask;
    EXPECT_EQ(mode_of(name + "/a/b/g"), 0600U) << mask;
    const auto temporary = value_of(TemporaryDirectory::create("umask"));
    EXPECT_EQ(mode_of(temporary.path()), 0700U) << mask;
    const auto lock = value_of(FileLock::acquire(name + "/lock", Deadline::after(std::chrono::seconds(1))));
    EXPECT_EQ(mode_of(name + "/lock"), 0600U) << mask;
  }
}

TEST_F(Files, ThatExistAreReplacedWholeWhenAsked) {
  ASSERT_TRUE(succeeded(write_file_durably(scratch("a"), "a long first text", IfExists::kReplace)));
  ASSERT_TRUE(succeeded(write_file_durably(scratch("a"), "short", IfExists::kReplace)));
  EXPECT_EQ(value_of(read_file(scratch("a"))), "short");
  EXPECT_EQ(value_of(list_directory(scratch())), std::vector<std::string>{"a"});
}

TEST_F(Files, ThatExistAreAConflictAndStayWhenNotToBeReplaced) {
  ASSERT_TRUE(succeeded(write_file_durably(scratch("a"), "first", IfExists::kConflict)));
  EXPECT_TRUE(
      failed_with(Outcome::kConflict, write_file_durably(scratch("a"), "second", IfExists::kConflict)));
  EXPECT_EQ(value_of(read_file(scratch("a"))), "first");
  EXPECT_EQ(value_of(list_directory(scratch())), std::vector<std::string>{"a"}) << "no temporary file stays";
}

TEST_F(Files, AreNeverWrittenThroughAPlantedLink) {
  ASSERT_TRUE(succeeded(write_file_durably(scratch("outside"), "untouched", IfExists::kReplace)));
  ASSERT_EQ(::symlink(scratch("outside").c_str(), scratch("link").c_str()), 0);
  EXPECT_TRUE(failed_with(Outcome::kConflict, write_file_durably(scratch("link"), "x", IfExists::kConflict)));
  ASSERT_TRUE(succeeded(write_file_durably(scratch("link"), "new", IfExists::kReplace)));
  EXPECT_EQ(value_of(read_file(scratch("outside"))), "untouched");
  EXPECT_EQ(mode_of(scratch("link")), 0600U) << "a file, no link any more";
  EXPECT_EQ(value_of(read_file(scratch("link"))), "new");
}

TEST_F(Files, ALinkThatLeadsNowhereIsAConflictToo) {
  ASSERT_EQ(::symlink(scratch("nowhere").c_str(), scratch("link").c_str()), 0);
  EXPECT_TRUE(failed_with(Outcome::kConflict, write_file_durably(scratch("link"), "x", IfExists::kConflict)));
  EXPECT_FALSE(path_exists(scratch("nowhere")));
  EXPECT_TRUE(path_exists(scratch("link")));
}

TEST_F(Files, OnAFullDiskSayFullAndLeaveNothing) {
  ASSERT_TRUE(succeeded(write_file_durably(scratch("a"), "old", IfExists::kReplace)));
  {
    const FileSizeLimit limit(4096);
    const auto result = write_file_durably(scratch("a"), std::string(5000, 'x'), IfExists::kReplace);
    EXPECT_TRUE(failed_with(Outcome::kFull, result));
    EXPECT_FALSE(result.error().hint.empty());
  }
  EXPECT_EQ(value_of(read_file(scratch("a"))), "old");
  EXPECT_EQ(value_of(list_directory(scratch())), std::vector<std::string>{"a"});
}

TEST_F(Files, InADirectoryThatIsMissingAreNotFound) {
  EXPECT_TRUE(failed_with(Outcome::kNotFound, write_file_durably(scratch("no/a"), "x", IfExists::kReplace)));
}

TEST_F(Files, NeedAName) {
  for (const char* path : {"", "/", "a/", "a/.", ".."}) {
    EXPECT_TRUE(failed_with(Outcome::kUsage, write_file_durably(path, "x", IfExists::kReplace))) << path;
  }
}

TEST_F(Files, MayHaveTheLongestNameTheSystemAllows) {
  const std::string name(255, 'n');
  EXPECT_TRUE(succeeded(write_file_durably(scratch(name), "x", IfExists::kConflict)));
  EXPECT_FALSE(write_file_durably(scratch(name + "n"), "x", IfExists::kConflict));
  EXPECT_EQ(value_of(list_directory(scratch())), std::vector<std::string>{name});
}

TEST_F(Files, DoNotReplaceADirectory) {
  ASSERT_TRUE(succeeded(make_directories(scratch("d"))));
  EXPECT_FALSE(write_file_durably(scratch("d"), "x", IfExists::kReplace));
  EXPECT_TRUE(failed_with(Outcome::kConflict, write_file_durably(scratch("d"), "x", IfExists::kConflict)));
  EXPECT_EQ(value_of(list_directory(scratch())), std::vector<std::string>{"d"});
}

TEST_F(Files, WriteAllContinuesAfterShortWrites) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  const UniqueFd reading(ends[0]);
  const UniqueFd writing(ends[1]);
  EXPECT_TRUE(succeeded(write_all(writing.get(), std::string(1000, 'x'), "pipe")));
  // A pipe holds 64 KiB: the rest is refused, and said so.
  EXPECT_TRUE(failed_with(Outcome::kRetry, write_all(writing.get(), std::string(1'000'000, 'x'), "pipe")));
}

}  // namespace
}  // namespace arkive
