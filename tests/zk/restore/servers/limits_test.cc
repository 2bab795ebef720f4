// Sizes at their bounds.
#include "tests/zk/restore/servers/servers.h"

namespace arkive::test {
namespace {

class RestoreLimits : public RestoreServersTest {};

zk::Acl hundred_entries() {
  zk::Acl acl;
  for (int i = 0; i < 100; ++i) {
    acl.push_back({zk::kReadPermission, "digest", zk::digest_id("user" + std::to_string(i) + ":p")});
  }
  return acl;
}

TEST_F(RestoreLimits, DataUpToTheLastByteAndAHundredAclEntries) {
  start();
  zk::Tree tree;
  // "/app/full" alone fills a packet: RequestHeader 8, path 4 + 9, data 4, ACL 27, flags 4.
  const std::string full(0xfffff - (8 + 4 + 9 + 4 + 27 + 4), 'x');
  tree.set_data(tree.make("/app/full"), Bytes(full));
  tree.set_data(tree.make("/app/acls"), Bytes(std::string(1'048'000, 'y')));
  tree.set_data(tree.make("/app/over"), Bytes(full + std::string(20, 'x')));
  tree.set_data(tree.make("/app/small"), Bytes("z"));
  for (zk::NodeIndex i = 0; i < tree.index_end(); ++i) tree[i].acl = zk::kOpenAcl;
  tree[tree.find("/app/acls")].acl = tree.intern(hundred_entries());
  tree[tree.find("/app/small")].acl = tree.intern(hundred_entries());
  const auto done = value_of(restore(tree, below("/app")));
  EXPECT_EQ(complaints(done.report), "");
  EXPECT_EQ(done.plan.count(zk::RestoreAction::kTooLarge), 1U);
  EXPECT_EQ(differences(tree, "/app"),
            (std::vector<std::string>{"/app/over is not there", "4 znodes instead of 5"}));
}

TEST_F(RestoreLimits, ManyLargeZnodesGoInBatchesByBytes) {
  start({.heap = "256m"});
  zk::Tree tree;
  for (int i = 0; i < 120; ++i) {
    tree.set_data(tree.make("/app/z" + std::to_string(i)), Bytes(std::string(300'000, 'x')));
  }
  for (zk::NodeIndex i = 0; i < tree.index_end(); ++i) tree[i].acl = zk::kOpenAcl;
  const auto done = value_of(restore(tree, below("/app")));
  EXPECT_EQ(complaints(done.report), "");
  EXPECT_EQ(differences(tree, "/app"), kNothing);
}

TEST_F(RestoreLimits, ASmallerMaxbufferThanToldIsNamed) {
  start({.java_options = {"-Djute.maxbuffer=50000"}});
  zk::Tree tree;
  for (int i = 0; i < 30; ++i) {
    tree.set_data(tree.make("/app/z" + std::to_string(i)), Bytes(std::string(i == 7 ? 60'000 : 10'000, 'x')));
  }
  for (zk::NodeIndex i = 0; i < tree.index_end(); ++i) tree[i].acl = zk::kOpenAcl;
  zk::RestoreOptions options = below("/app");
  options.packet_limit = 100'000;
  const auto done = value_of(restore(tree, options));
  EXPECT_EQ(
      complaints(done.report),
      "/app/z7: the target drops the connection when it is sent: is its jute.maxbuffer below 100000?\n");
  EXPECT_EQ(done.report.created, 30U);
}

TEST_F(RestoreLimits, CountersOfAHundredThousandAreReachedExactly) {
  start();
  zk::Tree tree;
  tree.make("/app/locks");
  for (zk::NodeIndex i = 0; i < tree.index_end(); ++i) tree[i].acl = zk::kOpenAcl;
  const zk::NodeIndex locks = tree.find("/app/locks");
  tree[locks].acl = tree.intern({{zk::kAllPermissions, "digest", zk::digest_id("kafka:other")}});
  zk::Stat stat;
  stat.cversion = 2 * 123'457;
  tree[locks].set_stat(stat);
  const auto done = value_of(restore(tree, below("/app")));
  EXPECT_EQ(complaints(done.report), "");
  EXPECT_EQ(done.plan.sequence_steps, 123'457U);
  EXPECT_EQ(RawClient(connect(), {{"digest", "kafka:other"}})
                .create("/app/locks/lock-", "", zk::open_acl(), zk::test::kSequentialFlag),
            "/app/locks/lock-0000123457");
}

}  // namespace
}  // namespace arkive::test
