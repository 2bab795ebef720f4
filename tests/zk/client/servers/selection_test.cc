// --path, --include and --exclude on a real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/zk/client/servers/servers.h"

namespace arkive::zk::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SelectionTest : public ServersTest {
 protected:
  SelectionTest() {
    start();
    client_.emplace(connect());
    for (const char* path : {"/a", "/a/b", "/a/b/c", "/a/b/d", "/a/x", "/config", "/config/topics",
                             "/config/topics/one", "/config/topics/two", "/config/users", "/deep", "/deep/er",
                             "/deep/er/foo", "/empty", "/empty/er"}) {
      client_->create(path, "data");
    }
    client_->set_acl("/a", guarded_);
  }
  static Glob glob(const char* text) { return value_of(Glob::parse(text)); }
  static std::vector<std::string> paths_of(const Reading& reading) {
    std::vector<std::string> paths;
    for (const auto& [path, znode] : seen_in(reading.tree))
      paths.push_back(path + (znode.data ? "" : " (null)"));
    return paths;
  }
  std::optional<RawClient> client_;
  const Acl guarded_{{kAllPermissions, "world", "anyone"}, {kReadPermission, "ip", "10.0.0.1"}};
};

TEST_F(SelectionTest, PathComesWithItsParentsAsShells) {
  ReadOptions read;
  read.selection.path = "/a/b";
  const Reading reading = read_all(connect(), read);
  EXPECT_THAT(paths_of(reading), ElementsAre("/ (null)", "/a (null)", "/a/b", "/a/b/c", "/a/b/d"));
  EXPECT_EQ(reading.tree.znode(reading.tree.find("/a")).acl, guarded_);
  EXPECT_EQ(reading.tree[reading.tree.find("/a")].num_children, 2);
  EXPECT_EQ(reading.consistency, Consistency::kQuiet);
}

TEST_F(SelectionTest, PathThatIsNotThereIsNotFound) {
  for (const char* path : {"/none", "/a/none", "/none/at/all", "/a/b/c/none"}) {
    ReadOptions read;
    read.selection.path = path;
    const auto reading = client_source(options_for(connect()))->read(read);
    ASSERT_TRUE(failed_with(Outcome::kNotFound, reading)) << path;
    EXPECT_THAT(reading.error().what, HasSubstr(path));
  }
}

TEST_F(SelectionTest, GlobsTakeAndLeave) {
  ReadOptions read;
  read.selection.include = {glob("/config/topics"), glob("/**/foo")};
  read.selection.exclude = {glob("/config/topics/two")};
  EXPECT_THAT(paths_of(read_all(connect(), read)),
              ElementsAre("/ (null)", "/config (null)", "/config/topics", "/config/topics/one",
                          "/deep (null)", "/deep/er (null)", "/deep/er/foo"));
}

TEST_F(SelectionTest, WhatMovesBesideTheWayToThePathIsOfNoInterest) {
  ReadOptions read;
  read.selection.path = "/a/b";
  read.most_passes = 2;
  read.on_data_read = [&](const Tree&, std::size_t) {
    client_->create("/beside");
    client_->create("/a/beside");
  };
  const Reading reading = read_all(connect(), read);
  EXPECT_EQ(reading.consistency, Consistency::kQuiet);
  EXPECT_EQ(reading.tree.find("/a/beside"), kNoNode);
}

TEST_F(SelectionTest, SelectedZnodeThatAppearsInAnEmptyShellIsFound) {
  ReadOptions read;
  read.selection.include = {glob("/**/foo")};
  read.on_data_read = [&](const Tree&, std::size_t) {
    client_->create("/empty/er/foo", "f");
    client_->remove("/deep/er/foo");
  };
  const Reading reading = read_all(connect(), read);
  EXPECT_EQ(reading.consistency, Consistency::kQuiet);
  EXPECT_THAT(paths_of(reading),
              ElementsAre("/ (null)", "/empty (null)", "/empty/er (null)", "/empty/er/foo"));
}

TEST_F(SelectionTest, ParentThatMayNotBeReadIsPassedByOnTheWayToThePath) {
  RawClient owner(connect(), {{"digest", "a:b"}});
  owner.create("/closed", "c", {{kAllPermissions, "digest", rehearse::digest_id("a", "b")}});
  owner.create("/closed/open", "o");
  ReadOptions read;
  read.selection.path = "/closed/open";
  const Reading reading = read_all(connect(), read);
  EXPECT_THAT(paths_of(reading), ElementsAre("/ (null)", "/closed (null)", "/closed/open"));
  EXPECT_TRUE(reading.tree.znode(reading.tree.find("/closed")).acl.empty());
  EXPECT_FALSE(reading.tree[reading.tree.find("/closed")].has_stat);
  EXPECT_TRUE(reading.whole());
}

}  // namespace
}  // namespace arkive::zk::test
