#include <fcntl.h>
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

class Directories : public test::ScratchTest {
 protected:
  void put(const std::string& name) {
    ASSERT_TRUE(succeeded(write_file_durably(scratch(name), name, IfExists::kReplace)));
  }
};

TEST_F(Directories, AreMadeWithAllTheirParentsAndAgainWithoutHarm) {
  ASSERT_TRUE(succeeded(make_directories(scratch("a/b/c/"))));
  ASSERT_TRUE(succeeded(make_directories(scratch("a/b/c"))));
  EXPECT_EQ(value_of(list_directory(scratch("a/b"))), std::vector<std::string>{"c"});
}

TEST_F(Directories, ThatExistKeepTheirMode) {
  ASSERT_EQ(::mkdir(scratch("open").c_str(), 0755), 0);
  ASSERT_EQ(::chmod(scratch("open").c_str(), 0755), 0);
  ASSERT_TRUE(succeeded(make_directories(scratch("open/below"))));
  struct stat facts = {};
  ASSERT_EQ(::stat(scratch("open").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0755U);
}

TEST_F(Directories, CannotStandWhereAFileIs) {
  put("file");
  EXPECT_FALSE(make_directories(scratch("file")));
  EXPECT_FALSE(make_directories(scratch("file/below")));
  EXPECT_TRUE(failed_with(Outcome::kUsage, make_directories("")));
}

TEST_F(Directories, AreListedInByteOrder) {
  for (const char* name : {"b", "a", "\xff", "B", ".hidden", "ä"}) put(name);
  const std::vector<std::string> wanted = {".hidden", "B", "a", "b", "ä", "\xff"};
  EXPECT_EQ(value_of(list_directory(scratch())), wanted);
  EXPECT_TRUE(failed_with(Outcome::kNotFound, list_directory(scratch("none"))));
}

TEST_F(Directories, AreOpenedButNotThroughALink) {
  ASSERT_TRUE(succeeded(make_directories(scratch("real"))));
  ASSERT_EQ(::symlink("real", scratch("link").c_str()), 0);
  EXPECT_TRUE(succeeded(open_directory(scratch("real"))));
  EXPECT_FALSE(open_directory(scratch("link")));
  put("file");
  EXPECT_FALSE(open_directory(scratch("file")));
}

TEST_F(Directories, AreSyncedOrSayWhyNot) {
  EXPECT_TRUE(succeeded(sync_directory(scratch())));
  EXPECT_TRUE(failed_with(Outcome::kNotFound, sync_directory(scratch("none"))));
}

TEST_F(Directories, AreRemovedWithEverythingInThem) {
  for (const char* name : {"t/a/b", "t/c", "t/d/e/f"})
    ASSERT_TRUE(succeeded(make_directories(scratch(name))));
  for (const char* name : {"t/1", "t/a/2", "t/a/b/3", "t/d/e/f/4"}) put(name);
  ASSERT_EQ(::mkfifo(scratch("t/fifo").c_str(), 0600), 0);
  put("beside");
  ASSERT_TRUE(succeeded(remove_tree(scratch("t"))));
  EXPECT_EQ(value_of(list_directory(scratch())), std::vector<std::string>{"beside"});
}

TEST_F(Directories, AreRemovedWithoutFollowingLinks) {
  ASSERT_TRUE(succeeded(make_directories(scratch("outside"))));
  put("outside/kept");
  ASSERT_TRUE(succeeded(make_directories(scratch("t"))));
  ASSERT_EQ(::symlink("../outside", scratch("t/link").c_str()), 0);
  ASSERT_EQ(::symlink("outside", scratch("top-link").c_str()), 0);
  EXPECT_TRUE(succeeded(remove_tree(scratch("t"))));
  EXPECT_TRUE(succeeded(remove_tree(scratch("top-link"))));
  EXPECT_EQ(value_of(list_directory(scratch())), std::vector<std::string>{"outside"});
  EXPECT_EQ(value_of(list_directory(scratch("outside"))), std::vector<std::string>{"kept"});
}

TEST_F(Directories, RemovingWhatIsMissingOrAFileSucceeds) {
  EXPECT_TRUE(succeeded(remove_tree(scratch("none"))));
  put("file");
  EXPECT_TRUE(succeeded(remove_tree(scratch("file"))));
  EXPECT_FALSE(path_exists(scratch("file")));
}

TEST_F(Directories, DeeperThanDescriptorsAreAllowedAreRemoved) {
  rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  // Made by openat, since no path may be that long.
  UniqueFd at = value_of(open_directory(scratch()));
  ASSERT_EQ(::mkdirat(at.get(), "t", 0700), 0);
  at.reset(::openat(at.get(), "t", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int depth = 0; depth < 3000; ++depth) {
    ASSERT_EQ(::mkdirat(at.get(), "down", 0700), 0);
    at.reset(::openat(at.get(), "down", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ASSERT_TRUE(at);
  }
  at.reset();
  const rlimit few{64, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  EXPECT_TRUE(succeeded(remove_tree(scratch("t"))));
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_FALSE(path_exists(scratch("t")));
}

TEST(TemporaryDirectories, GoWithTheirOwnerUnlessKept) {
  std::string gone;
  std::string kept;
  {
    auto first = value_of(TemporaryDirectory::create("with/slash"));
    gone = first.path();
    ASSERT_TRUE(succeeded(make_directories(gone + "/a/b")));
    auto second = value_of(TemporaryDirectory::create("kept"));
    second.keep();
    kept = second.path();
    const TemporaryDirectory moved = std::move(first);
    EXPECT_EQ(moved.path(), gone);
  }
  EXPECT_FALSE(path_exists(gone));
  EXPECT_TRUE(path_exists(kept));
  EXPECT_TRUE(succeeded(remove_tree(kept)));
}

}  // namespace
}  // namespace arkive
