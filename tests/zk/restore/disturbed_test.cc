// Others write while a restore runs, or the target refuses.
#include <gtest/gtest.h>

#include "tests/zk/restore/restoring.h"

namespace arkive::test {
namespace {

zk::Tree numbered(int count, const zk::Acl& top = zk::open_acl()) {
  zk::Tree tree;
  tree[tree.make("/app")].acl = tree.intern(top);
  for (int i = 100; i < 100 + count; ++i) {
    const zk::NodeIndex index = tree.make("/app/n" + std::to_string(i));
    tree.set_data(index, Bytes("value"));
    tree[index].acl = zk::kOpenAcl;
  }
  return tree;
}

TEST(Disturbed, TakesWhatOthersCreatedMeanwhileAsSameOrKeepsIt) {
  const zk::Tree tree = numbered(300);
  FakeZooKeeper server;
  server.before_request = [&](std::uint64_t) {
    if (!server.has("/app") || server.has("/app/n250")) return;
    server.put("/app/n250", "value");
    server.put("/app/n260", "theirs");
  };
  const auto done = value_of(restore(tree, server, below("/app")));
  EXPECT_EQ(complaints(done.report), "/app/n260: somebody created it meanwhile, differently: kept\n");
  EXPECT_EQ(done.report.created, 299U);
  EXPECT_EQ(done.report.same, 1U);
  EXPECT_EQ(server.at("/app/n260").data, "theirs");
  EXPECT_EQ(server.at("/app").children.size(), 300U);
}

TEST(Disturbed, LiveWritersEverywhereLoseNothingOfTheirs) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const zk::Tree tree = RandomTree(seed, {.restrictive_acls = false, .kinds = false}).make();
    std::vector<std::string> paths;
    tree.walk(tree.find("/app"), [&](zk::NodeIndex, const std::string& path) {
      paths.push_back(path);
      return true;
    });
    FakeZooKeeper server;
    server.packet_limit = kSmallPackets;
    std::mt19937_64 random(seed);
    std::set<std::string> theirs;
    server.before_request = [&](std::uint64_t) {
      if (random() % 3 != 0) return;
      const std::string& path = paths[random() % paths.size()];
      if (server.has(path) || !server.has(std::string(zk::parent_path(path)))) return;
      server.put(path, "theirs");
      theirs.insert(path);
    };
    const auto done = value_of(restore(tree, server, below("/app")));
    for (const std::string& path : paths) {
      ASSERT_TRUE(server.has(path)) << path;
      if (theirs.contains(path)) {
        EXPECT_EQ(server.at(path).data, "theirs");
      } else {
        EXPECT_EQ(server.at(path).data, tree.znode(tree.find(path)).data) << path;
      }
    }
    EXPECT_EQ(done.report.failed.size(), theirs.size());
    EXPECT_EQ(done.report.created, paths.size() - theirs.size());
  }
}

TEST(Disturbed, NamesWhatItMayNotCreateAndGoesOn) {
  zk::Tree tree = numbered(50);
  for (const char* path : {"/app/n110/a", "/app/n110/b", "/app/n110/b/c"})
    tree[tree.make(path)].acl = zk::kOpenAcl;
  FakeZooKeeper server;
  server.put("/app", std::nullopt);
  server.put("/app/n110", "value", {{zk::kReadPermission, "world", "anyone"}});
  const auto done = value_of(restore(tree, server, below("/app")));
  EXPECT_EQ(done.plan.count(zk::RestoreAction::kKeep), 1U);
  EXPECT_EQ(complaints(done.report),
            "/app/n110/a: not authorised to create below its parent\n"
            "/app/n110/b: not authorised to create below its parent\n"
            "/app/n110/b/c: its parent could not be restored\n");
  EXPECT_EQ(done.report.created, 49U);
}

TEST(Disturbed, NamesAclsThatTheTargetDoesNotAccept) {
  zk::Tree tree = numbered(50);
  tree[tree.find("/app/n120")].acl = tree.intern({{zk::kAllPermissions, "sasl", "kafka"}});
  FakeZooKeeper server;
  const auto done = value_of(restore(tree, server, below("/app")));
  EXPECT_EQ(complaints(done.report), "/app/n120: the target does not accept its ACL\n");
  EXPECT_EQ(done.report.created, 50U);
}

TEST(Disturbed, NamesKindsThatTheTargetDoesNotSupport) {
  zk::Tree tree = numbered(10);
  tree.set_kind(tree.find("/app/n105"), zk::Kind::kTtl, 1000);
  FakeZooKeeper server;
  server.extended_types = false;
  const auto done = value_of(restore(tree, server, below("/app")));
  EXPECT_EQ(complaints(done.report), "/app/n105: the target does not support this kind of znode\n");
}

TEST(Disturbed, AVanishedParentFailsWhatIsBelowIt) {
  const zk::Tree tree = numbered(300);
  FakeZooKeeper server;
  bool removed = false;
  server.before_request = [&](std::uint64_t) {
    if (removed || !server.has("/app/n200")) return;
    server.remove("/app");
    removed = true;
  };
  const auto done = value_of(restore(tree, server, below("/app")));
  EXPECT_TRUE(removed);
  EXPECT_FALSE(done.report.failed.empty());
  for (const auto& failure : done.report.failed) EXPECT_EQ(failure.reason, "its parent vanished meanwhile");
  EXPECT_EQ(done.report.failed.size() + done.report.differing.size(), 301U);
}

TEST(Disturbed, DoesNotOverwriteWhatChangedSinceThePlan) {
  zk::Tree tree = numbered(3);
  FakeZooKeeper server;
  for (const char* path : {"/app/n100", "/app/n101", "/app/n102"}) server.put(path, "old");
  zk::RestoreOptions options = below("/app");
  options.overwrite = {value_of(Glob::parse("/app/*"))};
  const auto plan = value_of(zk::plan_restore_on(source_of(tree), server.target(), options));
  EXPECT_EQ(plan.count(zk::RestoreAction::kOverwrite), 3U);
  server.at("/app/n101").data = "newer";
  ++server.at("/app/n101").version;
  const auto report = value_of(zk::run_restore_on(source_of(tree), plan, server.target(), options));
  EXPECT_EQ(complaints(report),
            "/app/n101: its data could not be replaced: it was changed meanwhile, and is kept\n");
  EXPECT_EQ(report.overwritten, 2U);
  EXPECT_EQ(server.at("/app/n101").data, "newer");
  EXPECT_EQ(server.at("/app/n102").data, "value");
}

TEST(Disturbed, PutsTheOldAclBackWhereLockedDataChangedMeanwhile) {
  const zk::Acl old_acl{{zk::kAllPermissions, "digest", zk::digest_id(kOperator.id)},
                        {zk::kReadPermission, "digest", zk::digest_id("old:reader")}};
  const zk::Acl new_acl{{zk::kAllPermissions, "digest", zk::digest_id("new:owner")}};
  const zk::Tree tree = [&] {
    zk::Tree made = numbered(1);
    made[made.find("/app/n100")].acl = made.intern(new_acl);
    return made;
  }();
  FakeZooKeeper server;
  server.put("/app/n100", "old", old_acl);
  zk::RestoreOptions options = below("/app");
  options.overwrite = {value_of(Glob::parse("/app/*"))};
  const auto target = server.target({kOperator});
  const auto plan = value_of(zk::plan_restore_on(source_of(tree), target, options));
  server.after_change = [&] {
    if (server.at("/app/n100").acl != old_acl && server.at("/app/n100").data == "old") {
      server.at("/app/n100").data = "newer";
      ++server.at("/app/n100").version;
    }
  };
  const auto report = value_of(zk::run_restore_on(source_of(tree), plan, target, options));
  EXPECT_EQ(report.failed.size(), 1U);
  EXPECT_EQ(server.at("/app/n100").data, "newer");
  EXPECT_EQ(format_acl(server.at("/app/n100").acl), format_acl(old_acl));
}

TEST(Disturbed, CountersStepAsideForAChildOfTheirName) {
  zk::Tree tree = numbered(1);
  zk::Stat stat;
  stat.num_children = 2;
  stat.cversion = 2 * 500 - 2;
  const zk::NodeIndex top = tree.find("/app");
  tree[top].set_stat(stat);
  tree[tree.make("/app/arkive-counter")].acl = zk::kOpenAcl;
  FakeZooKeeper server;
  server.put("/app/arkive-counter", std::nullopt);
  const auto done = value_of(restore(tree, server, below("/app")));
  EXPECT_EQ(complaints(done.report), "");
  EXPECT_EQ(server.next_sequence("/app"), 500);
  EXPECT_EQ(server.at("/app").children, (std::set<std::string>{"arkive-counter", "n100"}));
}

TEST(Disturbed, NamesWhatTheTargetDropsTheConnectionFor) {
  zk::Tree tree = numbered(50);
  tree.set_data(tree.find("/app/n120"), Bytes(std::string(2000, 'x')));
  FakeZooKeeper server;
  server.packet_limit = 1500;
  const auto done = value_of(restore(tree, server, below("/app")));
  EXPECT_EQ(
      complaints(done.report),
      "/app/n120: the target drops the connection when it is sent: is its jute.maxbuffer below 6000?\n");
  EXPECT_EQ(done.report.created, 50U);
}

TEST(Disturbed, AThousandRefusalsCostNoThousandBatches) {
  zk::Tree tree = numbered(800);
  for (int i = 100; i < 900; i += 2) {
    tree[tree.find("/app/n" + std::to_string(i))].acl = tree.intern({{zk::kAllPermissions, "sasl", "kafka"}});
  }
  FakeZooKeeper server;
  const auto done = value_of(restore(tree, server, below("/app")));
  EXPECT_EQ(done.report.failed.size(), 400U);
  EXPECT_EQ(done.report.created, 401U);
  EXPECT_LT(server.requests, 4 * 800U);
}

}  // namespace
}  // namespace arkive::test
