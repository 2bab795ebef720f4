#include "zk/client/wanted.h"

#include <gtest/gtest.h>

#include "tests/support/results.h"

namespace arkive::zk {
namespace {

using arkive::test::value_of;

Glob glob(const char* text) {
  return value_of(Glob::parse(text));
}

TEST(Wanted, TakesEverythingButTheSystemsOwn) {
  const Selection all;
  const Wanted wanted(all, "");
  EXPECT_EQ(wanted.root_marks(), 0);
  EXPECT_EQ(wanted.marks("/a"), 0);
  EXPECT_EQ(wanted.marks("/zookeeperish"), 0);
  EXPECT_EQ(wanted.marks("/zookeeper"), kPrunable);
  EXPECT_EQ(wanted.marks("/zookeeper/quota"), kPrunable);
  EXPECT_EQ(wanted.marks("/zookeeper/quota/app"), kPrunable);
  EXPECT_EQ(wanted.marks("/zookeeper/quota/app/zookeeper_limits"), 0);
  EXPECT_EQ(wanted.marks("/zookeeper/quota/app/zookeeper_stats"), std::nullopt);
  EXPECT_EQ(wanted.marks("/zookeeper/config"), std::nullopt);
  EXPECT_TRUE(wanted.chooses_below("/"));
  EXPECT_TRUE(wanted.chooses_below("/zookeeper/quota"));
  EXPECT_FALSE(wanted.chooses_below("/a"));
}

TEST(Wanted, KnowsTheSystemsTreeByItsRealPath) {
  const Selection all;
  const Wanted below(all, "/kafka");
  EXPECT_EQ(below.marks("/zookeeper"), 0) << "somebody's own, below the chroot";
  EXPECT_FALSE(below.chooses_below("/"));
  const Wanted inside(all, "/zookeeper/quota");
  EXPECT_EQ(inside.marks("/app/zookeeper_stats"), std::nullopt);
  EXPECT_EQ(inside.marks("/app/zookeeper_limits"), 0);
}

TEST(Wanted, GoesOnlyTheWayToThePath) {
  Selection selection;
  selection.path = "/a/b/c";
  const Wanted wanted(selection, "");
  EXPECT_EQ(wanted.root_marks(), kShell | kPrunable | kOnTheWay);
  EXPECT_EQ(wanted.next_on_the_way("/"), "a");
  EXPECT_EQ(wanted.next_on_the_way("/a"), "b");
  EXPECT_EQ(wanted.next_on_the_way("/a/b"), "c");
  EXPECT_EQ(wanted.marks("/a/b"), kShell | kPrunable | kOnTheWay);
  EXPECT_EQ(wanted.marks("/a/b/c"), 0);
  EXPECT_EQ(wanted.marks("/a/b/c/d"), 0);
  EXPECT_EQ(wanted.marks("/a/x"), std::nullopt);
  EXPECT_EQ(wanted.marks("/a/b/cc"), std::nullopt);
}

TEST(Wanted, MakesShellsOfParentsThatGlobsLeadThrough) {
  Selection selection;
  selection.include = {glob("/config/topics")};
  selection.exclude = {glob("/config/topics/secret*")};
  const Wanted wanted(selection, "");
  EXPECT_EQ(wanted.marks("/config"), kShell | kPrunable);
  EXPECT_EQ(wanted.marks("/config/topics"), 0);
  EXPECT_EQ(wanted.marks("/config/topics/orders"), 0);
  EXPECT_EQ(wanted.marks("/config/topics/secret-1"), std::nullopt);
  EXPECT_EQ(wanted.marks("/brokers"), std::nullopt);
}

}  // namespace
}  // namespace arkive::zk
