#include "tools/places/destinations.h"

#include "stores/core/files.h"
#include "tests/support/results.h"

namespace arkive::tools {
namespace {

using test::failed_with;
using test::succeeded;
using test::value_of;

class Destinations : public test::ScratchTest {
 protected:
  static RepositoryName name(const std::string& text) { return value_of(RepositoryName::parse(text, false)); }
  std::string key_file(const std::string& file) {
    EXPECT_TRUE(succeeded(write_file_durably(scratch(file), std::string(32, 'k'), IfExists::kReplace)));
    return scratch(file);
  }
  std::vector<std::string> here() { return value_of(list_directory(scratch())); }
  std::string plain_store(const std::string& where) {
    auto store = value_of(open_store(name(scratch(where)), {.create = true, .key = {.none = true}}));
    EXPECT_TRUE(succeeded(store->put("runs/prod/a.json", "a", PutMode::kCreateOnly, Deadline::never())));
    return scratch(where);
  }
};

TEST_F(Destinations, AreAllLookedAtBeforeTheFirstIsMade) {
  const std::string plain = plain_store("plain");
  const KeyOptions key = {.key_file = key_file("key")};
  const auto before = here();
  EXPECT_TRUE(
      failed_with(Outcome::kUsage, open_destinations({name(scratch("new")), name(plain)}, {.key = key})));
  EXPECT_EQ(here(), before);
  EXPECT_TRUE(failed_with(Outcome::kUsage,
                          open_destinations({name("git:" + scratch("new.git")), name(plain)}, {.key = key})));
  EXPECT_EQ(here(), before);
  EXPECT_EQ(
      value_of(open_destinations({name(scratch("new")), name("git:" + scratch("new.git"))}, {.key = key}))
          .size(),
      2U);
}

TEST_F(Destinations, ThatAreOnePlaceOrTakeNoKeyAreRefused) {
  EXPECT_EQ(value_of(parse_destinations({"/a", "git:/b", "s3://ccc"}, {.key_file = "k"})).size(), 3U);
  EXPECT_TRUE(failed_with(Outcome::kUsage, parse_destinations({"s3://aaa/b", "s3://aaa/b/"}, {})));
  EXPECT_TRUE(failed_with(Outcome::kUsage, parse_destinations({"git:/a", "git:/b"}, {.key_file = "k"})));
}

TEST_F(Destinations, AreTriedWithNothingLeftBehind) {
  const std::string plain = plain_store("plain");
  const auto before = here();
  EXPECT_TRUE(succeeded(try_to_write(scratch("new/deeper"))));
  EXPECT_TRUE(succeeded(try_to_write(name(plain), {.none = true}, "prod")));
  EXPECT_EQ(here(), before);
  EXPECT_EQ(value_of(list_directory(plain)), (std::vector<std::string>{"arkive.json", "locks", "runs"}));
  const auto store = value_of(open_store(name(plain), {.key = {.none = true}}));
  const auto held = value_of(store->lock("prod", Deadline::never()));
  EXPECT_TRUE(failed_with(Outcome::kConflict, try_to_write(name(plain), {.none = true}, "prod")));
}

}  // namespace
}  // namespace arkive::tools
