#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/zk/tree_format/trees.h"

namespace arkive::zk {
namespace {

using test::MemoryFileTree;
using test::value_of;
using testing::ElementsAre;
using testing::IsEmpty;

/// "+/a", "-/a", "/a": what znode_changes says, asked in both ways it can be asked.
std::vector<std::string> changes_between(const Tree& before, const Tree& after,
                                         const TreeWriteOptions& options = {.cluster = "prod",
                                                                            .applications = {}}) {
  const MemoryFileTree old_files = written(before, options);
  const MemoryFileTree new_files = written(after, options);
  const std::vector<FileChange> files = value_of(compare_trees(old_files, new_files));
  const auto told = [](const std::vector<ZnodeChange>& changes) {
    std::vector<std::string> texts;
    for (const ZnodeChange& change : changes) {
      texts.push_back((change.before ? change.after ? "" : "-" : "+") + printable(change.path));
    }
    return texts;
  };
  const std::vector<std::string> committed = told(value_of(znode_changes(
      files, lookup_in(old_files, nullptr), lookup_in(new_files, nullptr), old_files, &new_files, nullptr)));
  const std::vector<std::string> not_yet =
      told(value_of(znode_changes(files, lookup_in(old_files, nullptr), lookup_in(after, options), old_files,
                                  nullptr, &after, options.redactor)));
  EXPECT_EQ(committed, not_yet);
  return committed;
}

class ZnodeChanges : public testing::Test {
 protected:
  ZnodeChanges() {
    for (Tree* tree : {&before_, &after_}) {
      put(*tree, "/app", "settings");
      put(*tree, "/app/a", "1");
      put(*tree, "/app/b", "2", {{1, "world", "anyone"}});
      put(*tree, "/app/c", "3", {{1, "digest", "u:h="}});
      put(*tree, "/null", std::nullopt);
      put(*tree, "/x/y/z", "4");
    }
  }
  std::vector<std::string> changes() { return changes_between(before_, after_); }

  Tree before_;
  Tree after_;
};

TEST_F(ZnodeChanges, AreNoneBetweenEqualTrees) {
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(ZnodeChanges, TellChangedData) {
  put(after_, "/app", "other");
  put(after_, "/app/a", "9");
  EXPECT_THAT(changes(), ElementsAre("/app", "/app/a"));
}

TEST_F(ZnodeChanges, TellALeafThatBecameADirectoryOnlyByItsChild) {
  put(after_, "/app/a/child", "x");
  EXPECT_THAT(changes(), ElementsAre("+/app/a/child"));
  std::swap(before_, after_);
  EXPECT_THAT(changes(), ElementsAre("-/app/a/child"));
}

TEST_F(ZnodeChanges, TellALeafThatBecameADirectoryAndChanged) {
  put(after_, "/app/a/child", "x");
  put(after_, "/app/a", "new");
  EXPECT_THAT(changes(), ElementsAre("/app/a", "+/app/a/child"));
}

TEST_F(ZnodeChanges, TellANullLeafThatBecameADirectoryOnlyByItsChild) {
  put(after_, "/null/child", std::nullopt);
  EXPECT_THAT(changes(), ElementsAre("+/null/child"));
  std::swap(before_, after_);
  EXPECT_THAT(changes(), ElementsAre("-/null/child"));
}

TEST_F(ZnodeChanges, TellParentsWithoutDataThatCameAndWent) {
  put(after_, "/p/q/r", "x");
  after_.remove(after_.find("/x"));
  EXPECT_THAT(changes(), ElementsAre("+/p", "+/p/q", "+/p/q/r", "-/x", "-/x/y", "-/x/y/z"));
}

TEST_F(ZnodeChanges, TellOnlyTheChildWhoseAclChanged) {
  after_[after_.find("/app/b")].acl = kOpenAcl;
  EXPECT_THAT(changes(), ElementsAre("/app/b"));
  after_[after_.find("/app/a")].acl = after_.intern({{31, "sasl", "u"}});
  EXPECT_THAT(changes(), ElementsAre("/app/a", "/app/b"));
  after_[kRoot].acl = after_.intern({{31, "sasl", "u"}});
  EXPECT_THAT(changes(), ElementsAre("/", "/app/a", "/app/b"));
}

TEST_F(ZnodeChanges, TellNullFromEmpty) {
  put(after_, "/null", "");
  EXPECT_THAT(changes(), ElementsAre("/null"));
  std::swap(before_, after_);
  EXPECT_THAT(changes(), ElementsAre("/null"));
}

TEST_F(ZnodeChanges, TellNullFromEmptyOfADirectory) {
  put(after_, "/x/y", "");
  EXPECT_THAT(changes(), ElementsAre("/x/y"));
  std::swap(before_, after_);
  EXPECT_THAT(changes(), ElementsAre("/x/y"));
}

TEST_F(ZnodeChanges, TellAnotherKind) {
  after_.set_kind(after_.find("/app/a"), Kind::kContainer);
  after_.set_kind(after_.find("/app/b"), Kind::kTtl, 5);
  before_.set_kind(before_.find("/app/b"), Kind::kTtl, 6);
  EXPECT_THAT(changes(), ElementsAre("/app/a", "/app/b"));
}

TEST_F(ZnodeChanges, TellLongNames) {
  const std::string name(300, 'n');
  put(after_, "/app/" + name + "/" + name, "x", {{1, "ip", "1"}});
  EXPECT_THAT(changes(), ElementsAre("+/app/" + name, "+/app/" + name + "/" + name));
  put(before_, "/app/" + name + "/" + name, "x");
  EXPECT_THAT(changes(), ElementsAre("/app/" + name + "/" + name));
  after_.remove(after_.find("/app/" + name));
  EXPECT_THAT(changes(), ElementsAre("-/app/" + name, "-/app/" + name + "/" + name));
}

TEST_F(ZnodeChanges, SayNothingOfATwinThatWasOnlyRenamed) {
  put(before_, "/t/Node", "x", {{1, "ip", "1"}});
  put(after_, "/t/Node", "x", {{1, "ip", "1"}});
  put(after_, "/t/node", "y");
  EXPECT_THAT(changes(), ElementsAre("+/t/node"));
  std::swap(before_, after_);
  EXPECT_THAT(changes(), ElementsAre("-/t/node"));
}

TEST_F(ZnodeChanges, SayNothingOfSecretsThatStayedAsTheyWere) {
  const Redactor redactor(std::string(32, 'k'));
  after_[after_.find("/app/b")].acl = kOpenAcl;  // so that the list differs in which /app/c stands too
  const TreeWriteOptions options{.cluster = "prod", .applications = {}, .redactor = &redactor};
  EXPECT_THAT(changes_between(before_, after_, options), ElementsAre("/app/b"));
  after_[after_.find("/app/c")].acl = after_.intern({{1, "digest", "u:other="}});
  EXPECT_THAT(changes_between(before_, after_, options), ElementsAre("/app/b", "/app/c"));
}

TEST_F(ZnodeChanges, AreExactlyTheZnodesThatDifferInTreesAtRandom) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::string kNames[] = {"a", "A", "b", "con", ".git", "%", std::string(300, 'l')};
  const auto random_tree = [&] {
    Tree tree;
    for (std::size_t i = random() % 25; i > 0; --i) {
      std::string path;
      for (std::size_t depth = 1 + random() % 3; depth > 0; --depth) path += "/" + kNames[random() % 7];
      const std::optional<Bytes> data =
          random() % 3 == 0 ? std::nullopt : std::optional<Bytes>(random() % 2 == 0 ? "" : "x");
      const NodeIndex node = put(tree, path, data, random() % 2 == 0 ? open_acl() : Acl{{1, "ip", "1"}});
      if (random() % 5 == 0) tree.set_kind(node, Kind::kContainer);
    }
    return tree;
  };
  for (int round = 0; round < 300; ++round) {
    const Tree before = random_tree();
    const Tree after = random_tree();
    std::set<std::string> paths;
    std::set<std::string> expected;
    for (const Tree* tree : {&before, &after}) {
      tree->walk(kRoot, [&](NodeIndex, const std::string& path) { return paths.insert(path), true; });
    }
    for (const std::string& path : paths) {
      const NodeIndex was = before.find(path);
      const NodeIndex is = after.find(path);
      if (was == kNoNode) {
        expected.insert("+" + path);
      } else if (is == kNoNode) {
        expected.insert("-" + path);
      } else if (describe(before.znode(was)) != describe(after.znode(is))) {
        expected.insert(path);
      }
    }
    const std::vector<std::string> found = changes_between(before, after);
    ASSERT_EQ(std::set<std::string>(found.begin(), found.end()), expected);
  }
}

}  // namespace
}  // namespace arkive::zk
