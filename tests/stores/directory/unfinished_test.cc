#include <fcntl.h>
#include <sys/stat.h>

#include "stores/core/files.h"
#include "stores/directory/directory_store.h"
#include "tests/support/results.h"

namespace arkive::test {
namespace {

class Unfinished : public ScratchTest {
 protected:
  /// A file that was written so long ago.
  std::string file(const std::string& path, std::chrono::hours ago) const {
    const std::string whole = scratch(path);
    value_of(make_directories(whole.substr(0, whole.rfind('/'))));
    value_of(write_file_durably(whole, "x", IfExists::kReplace));
    timespec times[2];
    times[0].tv_sec = times[1].tv_sec = ::time(nullptr) - std::chrono::seconds(ago).count();
    times[0].tv_nsec = times[1].tv_nsec = 0;
    EXPECT_EQ(::utimensat(AT_FDCWD, whole.c_str(), times, 0), 0);
    return whole;
  }
};

TEST_F(Unfinished, TemporaryFilesOfKilledWritersGoAfterADayAndNothingElseDoes) {
  const std::string old_one = file("store/lists/.arkive-temporary-1", std::chrono::hours(25));
  const std::string deep = file("store/topics/prod/t@1/0/.arkive-temporary-2", std::chrono::hours(2500));
  const std::vector<std::string> staying = {
      file("store/lists/.arkive-temporary-3", std::chrono::hours(23)),
      file("store/lists/old.json", std::chrono::hours(2500)),
      file("store/trees/prod/1/tree/znodes/.arkive-temporary-4", std::chrono::hours(2500))};
  const auto store = value_of(DirectoryStore::open(scratch("store")));
  EXPECT_TRUE(succeeded(store->remove_unfinished(Deadline::never())));
  EXPECT_FALSE(path_exists(old_one));
  EXPECT_FALSE(path_exists(deep));
  for (const std::string& path : staying) EXPECT_TRUE(path_exists(path)) << path;
}

TEST_F(Unfinished, ALinkOutOfTheStoreIsNotFollowed) {
  const std::string foreign = file("foreign/.arkive-temporary-1", std::chrono::hours(25));
  value_of(make_directories(scratch("store")));
  ASSERT_EQ(::symlink(scratch("foreign").c_str(), scratch("store/lists").c_str()), 0);
  const auto store = value_of(DirectoryStore::open(scratch("store")));
  EXPECT_TRUE(succeeded(store->remove_unfinished(Deadline::never())));
  EXPECT_TRUE(path_exists(foreign));
}

}  // namespace
}  // namespace arkive::test
