// Restores into servers of each version whose protocol differs.
#include <algorithm>

#include "tests/support/scoreboard.h"
#include "tests/zk/restore/servers/servers.h"

namespace arkive::test {
namespace {

class EveryVersion : public RestoreServersTest, public testing::WithParamInterface<const char*> {
 protected:
  EveryVersion() { start({.version = GetParam()}); }
  bool knows_containers() const { return std::string(GetParam()) != "3.4.10"; }
};

TEST_P(EveryVersion, ADumpOfWhatWasRestoredEqualsTheBackup) {
  const std::uint64_t last = full_form() ? 200 : 104;
  for (std::uint64_t seed = 101; seed <= last; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const zk::Tree tree = RandomTree(seed, {.znodes = 800, .kinds = false}).make();
    zk::RestoreOptions options = below("/app");
    options.onto = "/seed-" + std::to_string(seed);
    if (seed % 2 == 0) options.packet_limit = 20'000;
    const auto done = value_of(restore(
        tree, options, seed % 2 == 0 ? std::vector<zk::Identity>{} : std::vector<zk::Identity>{kOperator}));
    EXPECT_EQ(complaints(done.report), "");
    EXPECT_TRUE(done.plan.complete());
    EXPECT_EQ(differences(tree, "/app", options.onto), kNothing);
  }
}

TEST_P(EveryVersion, ADumpTakenFromAServerRestoresElsewhereAsItWas) {
  RawClient client(connect(), {kOperator});
  client.create("/live", std::nullopt);
  client.create("/live/empty", "");
  client.create("/live/null", std::nullopt);
  client.create("/live/queue", "", {{zk::kAllPermissions, "digest", zk::digest_id(kOperator.id)}});
  for (int i = 0; i < 40; ++i) {
    const std::string made =
        client.create("/live/queue/item-", "x", zk::open_acl(), zk::test::kSequentialFlag);
    if (i % 4 != 0) client.remove(made);
  }
  zk::Reading dump = read("/live");
  zk::RestoreOptions options = below("/live");
  options.onto = "/copy/of";
  const auto done = value_of(restore(dump.tree, options));
  EXPECT_EQ(complaints(done.report), "");
  const zk::Reading copy = read("/copy/of");
  EXPECT_EQ(copy.tree.znode(copy.tree.find("/copy/of/null")).data, std::nullopt);
  EXPECT_EQ(copy.tree.znode(copy.tree.find("/copy/of/empty")).data, "");
  EXPECT_EQ(copy.tree.znode(copy.tree.find("/copy/of/queue")).acl,
            dump.tree.znode(dump.tree.find("/live/queue")).acl);
  EXPECT_EQ(client.create("/copy/of/queue/item-", "x", zk::open_acl(), zk::test::kSequentialFlag),
            "/copy/of/queue/item-0000000040");
}

TEST_P(EveryVersion, ASecondRestoreFindsAllTheSame) {
  const zk::Tree tree = RandomTree(105, {.znodes = 300, .restrictive_acls = false, .kinds = false}).make();
  value_of(restore(tree, below("/app")));
  const auto again = value_of(restore(tree, below("/app")));
  EXPECT_EQ(again.plan.count(zk::RestoreAction::kSame), again.plan.items.size());
  EXPECT_EQ(again.plan.sequence_steps, 0U);
  EXPECT_EQ(again.report.created, 0U);
}

TEST_P(EveryVersion, OverwritesWhatIsNamedAndNothingElse) {
  zk::Tree tree;
  tree.set_data(tree.make("/config/topics/orders"), Bytes("retention=1"));
  tree.set_data(tree.make("/config/topics/other"), Bytes("retention=1"));
  for (zk::NodeIndex i = 0; i < tree.index_end(); ++i) tree[i].acl = zk::kOpenAcl;
  tree[tree.find("/config/topics/orders")].acl = tree.intern({{zk::kReadPermission, "world", "anyone"}});
  RawClient client(connect());
  for (const char* path : {"/config", "/config/topics"}) client.create(path, std::nullopt);
  for (const char* path : {"/config/topics/orders", "/config/topics/other"})
    client.create(path, "retention=2");
  zk::RestoreOptions options = below("/config/topics");
  options.overwrite = {value_of(Glob::parse("/config/topics/orders"))};
  const auto done = value_of(restore(tree, options));
  EXPECT_EQ(complaints(done.report), "");
  EXPECT_EQ(done.report.overwritten, 1U);
  EXPECT_FALSE(done.plan.complete());
  const zk::Reading there = read("/config/topics");
  EXPECT_EQ(there.tree.znode(there.tree.find("/config/topics/orders")).data, "retention=1");
  EXPECT_EQ(format_acl(there.tree.znode(there.tree.find("/config/topics/orders")).acl), "world:anyone:r");
  EXPECT_EQ(there.tree.znode(there.tree.find("/config/topics/other")).data, "retention=2");
}

TEST_P(EveryVersion, RestoresBelowAChrootThatIsNotThereYet) {
  const zk::Tree tree = RandomTree(106, {.znodes = 50, .kinds = false}).make();
  const auto done = value_of(restore(tree, below("/"), {kOperator}, "/clusters/prod"));
  EXPECT_EQ(complaints(done.report), "");
  EXPECT_EQ(done.plan.path(done.plan.items.front()), "/clusters");
  const zk::Reading there = read("/clusters/prod");
  EXPECT_EQ(there.tree.znode(there.tree.find("/clusters/prod/app")).data, tree.znode(tree.find("/app")).data);
}

TEST_P(EveryVersion, QuotasComeBackAndCount) {
  zk::Tree tree;
  for (const char* path : {"/app/a", "/app/b", "/zookeeper/quota/app/zookeeper_limits"}) tree.make(path);
  for (zk::NodeIndex i = 0; i < tree.index_end(); ++i) tree[i].acl = zk::kOpenAcl;
  tree.set_data(zk::kRoot, Bytes());
  tree.set_data(tree.find("/zookeeper/quota/app/zookeeper_limits"), Bytes("count=7,bytes=-1"));
  const auto done = value_of(restore(tree, below("/")));
  EXPECT_EQ(complaints(done.report), "");
  EXPECT_TRUE(done.plan.complete());
  RawClient client(connect());
  const auto data_at = [&](const std::string& path) {
    std::string record;
    zk::jute::Writer to(record);
    zk::jute::write_path_and_watch(to, path);
    const auto told = client.call(4, record);
    zk::jute::Reader from(told.body);
    return std::string(*zk::jute::read_data(from).data);
  };
  EXPECT_EQ(data_at("/zookeeper/quota/app/zookeeper_limits"), "count=7,bytes=-1");
  EXPECT_EQ(data_at("/zookeeper/quota/app/zookeeper_stats").substr(0, 7), "count=3");
}

std::string version_name(const testing::TestParamInfo<const char*>& version) {
  std::string name = version.param;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Restore, EveryVersion, testing::Values("3.4.10", "3.5.9", "3.8.4"), version_name);

}  // namespace
}  // namespace arkive::test
