// Compiled into the program of each server, as the other suites of this folder are.
#include "tests/contract/object_places/object_place.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace arkive::test {
namespace {

Deadline soon() {
  return Deadline::after(std::chrono::seconds(30));
}

Result<std::unique_ptr<Repository>> open_runs(const ObjectPlace& place, const std::string& path,
                                              bool create) {
  return object_repository_kinds(place.name, place.open).front().open(path, create);
}

}  // namespace

TEST_P(ObjectPlaceContract, OpensOnlyWhatIsARepository) {
  EXPECT_TRUE(failed_with(Outcome::kNotFound, open_runs(GetParam(), scratch("none"), false)));
  const auto foreign = value_of(GetParam().open(scratch("foreign")));
  EXPECT_TRUE(succeeded(foreign->put("letter", "x", PutMode::kCreateOnly, soon())));
  EXPECT_TRUE(failed_with(Outcome::kUsage, open_runs(GetParam(), scratch("foreign"), false)));
  EXPECT_TRUE(failed_with(Outcome::kUsage, open_runs(GetParam(), scratch("foreign"), true)));
  EXPECT_TRUE(succeeded(open_runs(GetParam(), scratch("empty"), true)));
  EXPECT_TRUE(succeeded(open_runs(GetParam(), scratch("empty"), false)));
}

TEST_P(ObjectPlaceContract, ABucketThatIsNotThereIsNamed) {
  const auto store = GetParam().open_missing();
  const Status done = store->put("k", "x", PutMode::kCreateOnly, soon());
  ASSERT_TRUE(failed_with(Outcome::kUsage, done));
  EXPECT_NE(done.error().what.find(GetParam().missing), std::string::npos) << done.error().what;
}

TEST_P(ObjectPlaceContract, AServerThatStandsStillIsWaitedFor) {
  const auto store = value_of(GetParam().open(scratch("paused")));
  EXPECT_TRUE(succeeded(store->put("k", "before", PutMode::kReplace, soon())));
  EXPECT_TRUE(succeeded(GetParam().server().pause()));
  EXPECT_TRUE(failed_with(
      Outcome::kRetry, store->put("k", "lost", PutMode::kReplace, Deadline::after(std::chrono::seconds(1)))));
  EXPECT_TRUE(succeeded(GetParam().server().resume()));
  EXPECT_TRUE(succeeded(store->put("other", "after", PutMode::kReplace, soon())));
  EXPECT_EQ(value_of(store->get("other", 0, 0, soon())), "after");
  // What nobody waited for any more may yet come about.
  EXPECT_THAT(value_of(store->get("k", 0, 0, soon())), testing::AnyOf("before", "lost"));
}

/// No key is a folder of another: a MinIO lists the one of the two alone.
TEST_P(ObjectPlaceContract, AListOfSeveralPagesIsWhole) {
  const OpenObjects& open =
      GetParam().open_with_small_pages ? GetParam().open_with_small_pages : GetParam().open;
  const auto store = value_of(open(scratch("pages")));
  std::vector<std::string> keys;
  for (const char* key :
       {"a", "a-b", "a.b", "a0", "aB", "a_b", "ab", "b/c", "b0", "~", "a%2Fb", "a b+c&d?e=f#"}) {
    EXPECT_TRUE(succeeded(store->put(key, "x", PutMode::kCreateOnly, soon()))) << key;
    EXPECT_EQ(value_of(store->head(key, soon())).size, 1U) << key;
    keys.emplace_back(key);
  }
  std::sort(keys.begin(), keys.end());
  std::vector<std::string> listed;
  EXPECT_TRUE(succeeded(store->list(
      "",
      [&](const Store::Object& object) {
        listed.push_back(object.key);
        return ok();
      },
      soon())));
  EXPECT_EQ(listed, keys);
}

}  // namespace arkive::test
