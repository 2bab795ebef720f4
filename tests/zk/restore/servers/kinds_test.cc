// TTL and container znodes come back as such: clients cannot see them, but servers remove them.
#include "tests/zk/restore/servers/servers.h"

namespace arkive::test {
namespace {

class RestoreKinds : public RestoreServersTest {};

// Whether it goes away by itself within a while.
bool vanishes(RawClient& client, const std::string& path) {
  const Deadline deadline = Deadline::after(std::chrono::seconds(20));
  std::string record;
  zk::jute::Writer to(record);
  zk::jute::write_path_and_watch(to, path);
  while (!deadline.passed()) {
    if (client.call(3, record).error == -101) return true;
  }
  return false;
}

zk::Tree kinds() {
  zk::Tree tree;
  for (const char* path : {"/app/container/child", "/app/short", "/app/long", "/app/used"}) tree.make(path);
  for (zk::NodeIndex i = 0; i < tree.index_end(); ++i) tree[i].acl = zk::kOpenAcl;
  tree.set_kind(tree.find("/app/container"), zk::Kind::kContainer);
  tree.set_kind(tree.find("/app/used"), zk::Kind::kContainer);
  tree.set_kind(tree.find("/app/short"), zk::Kind::kTtl, 200);
  tree.set_kind(tree.find("/app/long"), zk::Kind::kTtl, 3'600'000);
  zk::Stat stat;
  stat.num_children = 1;
  stat.cversion = 2 * 50 - 1;
  tree[tree.find("/app/container")].set_stat(stat);
  stat.num_children = 0;
  stat.cversion = 2 * 30;
  tree[tree.find("/app/used")].set_stat(stat);
  tree[tree.find("/app/long")].set_stat(stat);
  return tree;
}

TEST_F(RestoreKinds, TtlAndContainerZnodesAreCreatedAsSuch) {
  start({.ttl_nodes = true, .java_options = {"-Dznode.container.checkIntervalMs=500"}});
  const zk::Tree tree = kinds();
  const auto done = value_of(restore(tree, below("/app")));
  // A short-lived one may be gone before it is looked at again.
  for (const auto& failure : done.report.failed) ADD_FAILURE() << failure.path << ": " << failure.reason;
  RawClient client(connect());
  EXPECT_TRUE(vanishes(client, "/app/short"));
  // A container that was never used, or has children, stays; an empty one that was used goes.
  EXPECT_EQ(client.create("/app/container/n-", "", zk::open_acl(), zk::test::kSequentialFlag),
            "/app/container/n-0000000050");
  client.remove("/app/container/n-0000000050");
  EXPECT_NO_THROW(client.exists("/app/container"));
  EXPECT_NO_THROW(client.exists("/app/used"));
  EXPECT_EQ(client.create("/app/long/n-", "", zk::open_acl(), zk::test::kSequentialFlag),
            "/app/long/n-0000000030");
  client.remove("/app/container/child");
  EXPECT_TRUE(vanishes(client, "/app/container"));
}

TEST_F(RestoreKinds, AServerWithoutThemIsNamedForEach) {
  start();
  const auto done = value_of(restore(kinds(), below("/app")));
  std::string text = complaints(done.report);
  EXPECT_EQ(text,
            "/app/long: the target does not support this kind of znode\n"
            "/app/short: the target does not support this kind of znode\n");
}

TEST_F(RestoreKinds, AServerThatKnowsNeitherIsNotTakenDown) {
  start({.version = "3.4.10"});
  const auto done = value_of(restore(kinds(), below("/app")));
  std::set<std::string> failed;
  for (const auto& failure : done.report.failed) failed.insert(failure.path);
  EXPECT_EQ(failed, (std::set<std::string>{"/app/container", "/app/container/child", "/app/long",
                                           "/app/short", "/app/used"}));
  EXPECT_EQ(done.report.created, 1U) << complaints(done.report) << done.report.same;
}

}  // namespace
}  // namespace arkive::test
