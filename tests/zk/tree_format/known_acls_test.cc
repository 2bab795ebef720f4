#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/evil_names.h"
#include "tests/zk/tree_format/trees.h"

namespace arkive::zk {
namespace {

using test::failed_with;
using test::MemoryFileTree;
using test::succeeded;

Stat stat_of(std::int64_t czxid) {
  Stat stat;
  stat.czxid = czxid;
  stat.ctime = 7;
  stat.aversion = 2;
  return stat;
}

class KnownAclsTest : public testing::Test {
 protected:
  NodeIndex add(Tree& tree, const std::string& path, const Acl& acl, std::int64_t czxid) {
    const NodeIndex node = put(tree, path, "x", acl);
    tree[node].set_stat(stat_of(czxid));
    return node;
  }
  void remember() {
    files_ = written(then_.tree, options_);
    record_ = written_record(then_);
  }
  /// The tree of now as a source reads it: no ACL is known yet.
  Tree now_of(const Tree& tree) {
    Tree now;
    tree.walk(kRoot, [&](NodeIndex node, const std::string& path) {
      now[now.make(path)].set_stat(tree[node].stat());
      return true;
    });
    for (NodeIndex i = 0; i < now.index_end(); ++i) now[i].acl = kUnknownAcl;
    return now;
  }
  std::string acl_after_apply(Tree& now, const std::string& path) {
    EXPECT_TRUE(succeeded(known_acls(files_, record_)->apply(now)));
    const AclId id = now[now.find(path)].acl;
    return id == kUnknownAcl ? "unknown" : format_acl(now.acl(id));
  }

  Reading then_;
  TreeWriteOptions options_{.cluster = "prod", .applications = {}};
  MemoryFileTree files_;
  MemoryFileTree record_;
};

TEST_F(KnownAclsTest, GivesTheAclsOfZnodesThatAreTheSame) {
  then_.tree[kRoot].set_stat(stat_of(0));
  for (const std::string& name : test::evil_names()) {
    add(then_.tree, "/closed/" + name + "/" + name, {{1, "digest", "u:" + std::to_string(name.size())}}, 1);
    add(then_.tree, "/open/" + name, open_acl(), 2);
  }
  remember();
  Tree now = now_of(then_.tree);
  EXPECT_TRUE(succeeded(known_acls(files_, record_)->apply(now)));
  then_.tree.walk(kRoot, [&](NodeIndex node, const std::string& path) {
    const NodeIndex same = now.find(path);
    EXPECT_EQ(now[same].mark, 0);
    if (!then_.tree[node].has_stat) return true;
    EXPECT_NE(now[same].acl, kUnknownAcl) << printable(path);
    if (now[same].acl != kUnknownAcl) {
      EXPECT_EQ(now.acl(now[same].acl), then_.tree.acl(then_.tree[node].acl));
    }
    return true;
  });
}

TEST_F(KnownAclsTest, GivesNoneWhenTheZnodeIsAnotherOrItsAclWasSet) {
  for (const char* path : {"/same", "/czxid", "/ctime", "/aversion", "/removed"}) {
    add(then_.tree, path, {{1, "world", "anyone"}}, 1);
  }
  remember();
  then_.tree.remove(then_.tree.find("/removed"));
  Tree now = now_of(then_.tree);
  now[now.find("/czxid")].czxid = 2;
  now[now.find("/ctime")].ctime = 8;
  now[now.find("/aversion")].aversion = 3;
  const NodeIndex fresh = now.make("/fresh");
  now[fresh].set_stat(stat_of(1));
  EXPECT_EQ(acl_after_apply(now, "/same"), "world:anyone:r");
  for (const char* path : {"/czxid", "/ctime", "/aversion", "/fresh", "/"}) {
    EXPECT_EQ(now[now.find(path)].acl, kUnknownAcl) << path;
  }
}

TEST_F(KnownAclsTest, GivesNoneThatWasMaskedOrRedacted) {
  const Redactor redactor(std::string(32, 'k'));
  options_.redactor = &redactor;
  add(then_.tree, "/masked", {{1, "digest", "u:x"}}, 1);
  add(then_.tree, "/redacted", {{1, "digest", "u:hash="}}, 1);
  add(then_.tree, "/plain", {{1, "sasl", "u"}}, 1);
  remember();
  Tree now = now_of(then_.tree);
  EXPECT_EQ(acl_after_apply(now, "/masked"), "unknown");
  EXPECT_EQ(acl_after_apply(now, "/redacted"), "unknown");
  EXPECT_EQ(acl_after_apply(now, "/plain"), "sasl:u:r");
}

TEST_F(KnownAclsTest, KeepsAclsThatAreKnownAlready) {
  add(then_.tree, "/a", {{1, "world", "anyone"}}, 1);
  remember();
  Tree now = now_of(then_.tree);
  now[now.find("/a")].acl = now.intern({{31, "sasl", "u"}});
  EXPECT_EQ(acl_after_apply(now, "/a"), "sasl:u:cdrwa");
}

TEST_F(KnownAclsTest, LeavesAllUnknownWhenTheRunIsDamaged) {
  add(then_.tree, "/a", {{1, "world", "anyone"}}, 1);
  add(then_.tree, "/b", open_acl(), 1);
  remember();
  files_.files["acls/%list"] = "a\tnonsense\n";
  Tree now = now_of(then_.tree);
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, known_acls(files_, record_)->apply(now)));
  EXPECT_EQ(now[now.find("/a")].acl, kUnknownAcl);
  EXPECT_EQ(now[now.find("/b")].acl, kUnknownAcl);
}

TEST_F(KnownAclsTest, KnowsNothingOfARunWhoseRecordWasPruned) {
  add(then_.tree, "/a", open_acl(), 1);
  remember();
  record_.files.clear();
  Tree now = now_of(then_.tree);
  EXPECT_EQ(acl_after_apply(now, "/a"), "unknown");
}

}  // namespace
}  // namespace arkive::zk
