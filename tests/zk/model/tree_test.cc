#include "zk/tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

namespace arkive::zk {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> paths_of(const Tree& tree) {
  std::vector<std::string> paths;
  tree.walk(kRoot, [&](NodeIndex, const std::string& path) {
    paths.push_back(path);
    return true;
  });
  return paths;
}

TEST(Tree, HoldsOnlyTheRootWhenNew) {
  const Tree tree;
  EXPECT_EQ(tree.size(), 1U);
  EXPECT_EQ(tree.path(kRoot), "/");
  EXPECT_TRUE(tree[kRoot].is_null());
  EXPECT_THAT(paths_of(tree), ElementsAre("/"));
}

TEST(Tree, KeepsSiblingsInBytewiseOrderWhateverTheOrderOfAdding) {
  Tree tree;
  for (const char* path : {"/b", "/a/z", "/a", "/c", "/a/y", "/B"}) tree.make(path);
  EXPECT_THAT(paths_of(tree), ElementsAre("/", "/B", "/a", "/a/y", "/a/z", "/b", "/c"));
}

TEST(Tree, TellsNullFromEmptyData) {
  Tree tree;
  const NodeIndex a = tree.make("/a");
  EXPECT_TRUE(tree[a].is_null());
  tree.set_data(a, Bytes(""));
  EXPECT_FALSE(tree[a].is_null());
  EXPECT_EQ(tree[a].data(), "");
  tree.set_data(a, std::nullopt);
  EXPECT_TRUE(tree[a].is_null());
}

TEST(Tree, FindsChildrenOfLargeDirectoriesAlsoAfterChanges) {
  Tree tree;
  for (int i = 0; i < 1000; ++i) tree.make("/d/" + std::to_string(i));
  EXPECT_EQ(tree.path(tree.find("/d/777")), "/d/777");
  tree.remove(tree.find("/d/777"));
  EXPECT_EQ(tree.find("/d/777"), kNoNode);
  tree.make("/d/777");
  EXPECT_EQ(tree.path(tree.find("/d/777")), "/d/777");
  EXPECT_EQ(tree.find("/d/x"), kNoNode);
  EXPECT_EQ(tree.size(), 1002U);
}

TEST(Tree, RemovesAZnodeWithAllBelowIt) {
  Tree tree;
  for (const char* path : {"/a/b/c", "/a/b/d", "/a/e"}) tree.make(path);
  tree.remove(tree.find("/a/b"));
  EXPECT_THAT(paths_of(tree), ElementsAre("/", "/a", "/a/e"));
  EXPECT_EQ(tree.size(), 3U);
}

TEST(Tree, WalksOnlyBelowWhatTheVisitorAllows) {
  Tree tree;
  for (const char* path : {"/a/b", "/c/d"}) tree.make(path);
  std::vector<std::string> seen;
  tree.walk(kRoot, [&](NodeIndex, const std::string& path) {
    seen.push_back(path);
    return path != "/a";
  });
  EXPECT_THAT(seen, ElementsAre("/", "/a", "/c", "/c/d"));
  seen.clear();
  tree.walk(tree.find("/c"), [&](NodeIndex, const std::string& path) {
    seen.push_back(path);
    return true;
  });
  EXPECT_THAT(seen, ElementsAre("/c", "/c/d"));
}

TEST(Tree, GivesEqualAclsTheSameId) {
  Tree tree;
  EXPECT_EQ(tree.intern(open_acl()), kOpenAcl);
  const AclId first = tree.intern({{kReadPermission, "digest", "u:h="}});
  EXPECT_NE(first, kOpenAcl);
  EXPECT_EQ(tree.intern({{kReadPermission, "digest", "u:h="}}), first);
  EXPECT_EQ(tree.acl(first)[0].id, "u:h=");
}

TEST(Tree, TakesManyOutAndPutsThemBackWhereTheyWere) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 200; ++round) {
    Tree tree;
    std::vector<NodeIndex> all{kRoot};
    for (int i = 0; i < 60; ++i) {
      const NodeIndex parent = all[random() % all.size()];
      const std::string name(1, static_cast<char>('a' + random() % 26));
      if (tree.find_child(parent, name) == kNoNode) all.push_back(tree.add_child(parent, name));
    }
    const std::vector<std::string> before = paths_of(tree);
    std::vector<NodeIndex> out;
    for (const NodeIndex index : all) {
      if (index != kRoot && random() % 4 == 0) out.push_back(index);
    }
    std::vector<std::string> left = before;
    for (const NodeIndex index : out) {
      const std::string gone = tree.path(index);
      std::erase_if(left, [&](const std::string& path) { return is_at_or_below(path, gone); });
    }
    if (random() % 2 == 0) std::reverse(out.begin(), out.end());  // children before their parents
    tree.remove_all(out);
    EXPECT_EQ(paths_of(tree), left);
    EXPECT_EQ(tree.size(), left.size());
    std::sort(out.begin(), out.end());
    tree.put_back(out);
    EXPECT_EQ(paths_of(tree), before);
    EXPECT_EQ(tree.size(), before.size());
    EXPECT_EQ(tree.find_child(kRoot, tree[all[1]].name()), all[1]);
  }
}

TEST(Tree, PutsNothingBackBelowWhatIsGone) {
  Tree tree;
  const NodeIndex child = tree.make("/a/b");
  const NodeIndex parent = tree.find("/a");
  tree.remove_all(std::vector{child});
  tree.remove(parent);
  tree.put_back(std::vector{child});
  EXPECT_THAT(paths_of(tree), ElementsAre("/"));
  tree.put_back(std::vector{parent, child});
  EXPECT_THAT(paths_of(tree), ElementsAre("/", "/a", "/a/b"));
}

TEST(Tree, AgreesWithAMapUnderRandomChanges) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  Tree tree;
  std::map<std::string, std::string> model{{"/", ""}};
  for (int step = 0; step < 3000; ++step) {
    auto at = model.begin();
    std::advance(at, static_cast<long>(random() % model.size()));
    if (random() % 5 != 0) {
      const std::string path = join_path(at->first, std::string(1, static_cast<char>('a' + random() % 26)));
      const std::string data = std::to_string(random());
      tree.set_data(tree.make(path), Bytes(data));
      model[path] = data;
    } else if (at->first != "/") {
      tree.remove(tree.find(at->first));
      const std::string gone = at->first;
      std::erase_if(model, [&](const auto& entry) { return is_at_or_below(entry.first, gone); });
    }
  }
  std::map<std::string, std::string> seen;
  tree.walk(kRoot, [&](NodeIndex i, const std::string& path) {
    seen[path] = tree[i].data();
    return true;
  });
  EXPECT_EQ(seen, model);
  EXPECT_EQ(tree.size(), model.size());
}

TEST(Acl, ReadsBackWhatItWritesInOrder) {
  const Acl acl{{kAllPermissions, "digest", "u ser:h%=\t"},
                {kReadPermission, "world", "anyone"},
                {0, "ip", "10.0.0.0/8"}};
  EXPECT_EQ(format_acl(acl), "digest:u%20ser:h%25=%09:cdrwa world:anyone:r ip:10.0.0.0/8:");
  const auto read = parse_acl(format_acl(acl));
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(*read, acl);
  EXPECT_EQ(format_acl({}), "-");
  EXPECT_EQ(format_acl({{kReadPermission, "a:b", "c"}}), "a%3Ab:c:r");
}

TEST(Acl, RefusesWhatItWouldNotWrite) {
  for (const char* text : {"", "world", "world:anyone", "world:anyone:x", "world:anyone:rc", "a%2:b:r",
                           "a:b:r  c:d:r", "world:%61nyone:r"}) {
    const auto read = parse_acl(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().outcome, Outcome::kCorrupt) << text;
  }
}

TEST(Acl, RecognisesHashesThatTheServerMasked) {
  EXPECT_TRUE(is_masked(Acl{{kReadPermission, "world", "anyone"}, {kAllPermissions, "digest", "alice:x"}}));
  EXPECT_FALSE(is_masked(Acl{{kAllPermissions, "digest", "alice:bGV0bWVpbg=="}}));
  EXPECT_FALSE(is_masked(Acl{{kAllPermissions, "sasl", "alice:x"}}));
}

TEST(Path, IsCheckedAsZooKeeperDoes) {
  for (const char* path : {"/", "/a", "/a/b", "/a/...", "/ "}) EXPECT_TRUE(check_path(path)) << path;
  for (const char* path : {"", "a", "/a/", "//", "/a//b", "/.", "/a/..", "/a/./b"})
    EXPECT_FALSE(check_path(path)) << path;
}

TEST(Path, KnowsParentsAndDescendants) {
  EXPECT_EQ(parent_path("/a/b"), "/a");
  EXPECT_EQ(parent_path("/a"), "/");
  EXPECT_EQ(last_name("/a/b"), "b");
  EXPECT_EQ(join_path("/", "a"), "/a");
  EXPECT_TRUE(is_at_or_below("/a/b", "/a"));
  EXPECT_TRUE(is_at_or_below("/a", "/a"));
  EXPECT_FALSE(is_at_or_below("/ab", "/a"));
  EXPECT_TRUE(is_at_or_below("/ab", "/"));
}

}  // namespace
}  // namespace arkive::zk
