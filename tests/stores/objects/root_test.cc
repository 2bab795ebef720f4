// What makes a store of objects one of arkive.
#include "stores/objects/root.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "stores/directory/directory_store.h"
#include "tests/support/results.h"

namespace arkive::test {
namespace {

class RootTest : public ScratchTest {
 protected:
  RootTest() { value_of(make_directories(scratch("store"))); }
  std::unique_ptr<Store> store() const { return value_of(DirectoryStore::open(scratch("store"))); }
  static Result<objects::StoreRoot> open(Store& store, bool create) {
    return objects::open_root(store, create, Deadline::never());
  }
  static void put(Store& store, std::string_view key, Bytes bytes) {
    value_of(store.put(key, bytes, PutMode::kReplace, Deadline::never()));
  }
};

TEST_F(RootTest, AnEmptyStoreBecomesOneOnlyWhereThatIsAskedFor) {
  const auto empty = store();
  EXPECT_TRUE(failed_with(Outcome::kNotFound, open(*empty, false)));
  EXPECT_TRUE(failed_with(Outcome::kNotFound, empty->get("arkive.json", 0, 0, Deadline::never())));
  const auto made = value_of(open(*empty, true));
  EXPECT_EQ(made.id.size(), 32U);
  EXPECT_EQ(value_of(open(*empty, true)).id, made.id);
  EXPECT_EQ(value_of(open(*store(), false)).id, made.id);
}

TEST_F(RootTest, KeysOfAnEncryptingStoreMayBeThereFirst) {
  const auto sealed = store();
  put(*sealed, "keys/encryption.json", "{}");
  EXPECT_TRUE(failed_with(Outcome::kNotFound, open(*sealed, false)));
  EXPECT_TRUE(succeeded(open(*sealed, true)));
}

TEST_F(RootTest, ForeignObjectsAreNoStoreAndStayAsTheyAre) {
  const auto foreign = store();
  put(*foreign, "holiday/beach.jpg", "x");
  for (const bool create : {false, true}) {
    const auto opened = open(*foreign, create);
    ASSERT_TRUE(failed_with(Outcome::kUsage, opened));
    EXPECT_NE(opened.error().what.find("holiday/beach.jpg"), std::string::npos);
  }
  EXPECT_TRUE(failed_with(Outcome::kNotFound, foreign->get("arkive.json", 0, 0, Deadline::never())));
}

TEST_F(RootTest, WhatIsNotTheFileOfAStoreIsRefused) {
  const auto other = store();
  put(*other, "arkive.json", R"({"format":1,"cluster":"prod"})");
  EXPECT_TRUE(failed_with(Outcome::kUsage, open(*other, true)));
  put(*other, "arkive.json", R"({"arkive":"store","format":2,"id":"x"})");
  EXPECT_TRUE(failed_with(Outcome::kUsage, open(*other, true)));
  std::string text = layout::new_store_file();
  text.replace(text.find("\"id\": \"") + 7, 1, "x");
  put(*other, "arkive.json", text);
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, open(*other, true)));
}

TEST_F(RootTest, AllWhoCreateOneStoreAtOnceGetTheSameId) {
  for (int race = 0; race < 50; ++race) {
    const std::string path = scratch("race" + std::to_string(race));
    value_of(make_directories(path));
    std::vector<std::string> ids(4);
    std::vector<std::thread> threads;
    for (std::string& id : ids) {
      threads.emplace_back([&id, &path] {
        const auto opened = DirectoryStore::open(path);
        const auto root = opened ? open(**opened, true) : fail(opened.error());
        id = root ? root->id : root.error().what;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 1U) << ids[0] << " " << ids[1];
  }
}

}  // namespace
}  // namespace arkive::test
