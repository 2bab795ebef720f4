#include "restore-plans/rehearse/zookeeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "stores/core/files.h"

namespace arkive::rehearse {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ZooKeeperLife : public testing::Test {
 protected:
  ZooKeeperLife() : scratch_(TemporaryDirectory::create("rehearse").value()) {}
  std::string directory() const { return scratch_.path() + "/servers"; }
  TemporaryDirectory scratch_;
  Deadline deadline_ = Deadline::after(120s);
};

TEST_F(ZooKeeperLife, StandaloneServesStopsGracefullyAndComesBackOnItsPortWithItsData) {
  auto zookeeper = ZooKeeper::start(directory(), {}, deadline_);
  ASSERT_TRUE(zookeeper) << zookeeper.error().what;
  auto& server = zookeeper->server(1);
  EXPECT_EQ(server.mode(), "standalone");
  EXPECT_EQ(server.four_letter_word("ruok").value_or(""), "imok");
  const auto connect = zookeeper->connect_string();
  EXPECT_EQ(connect, "127.0.0.1:" + std::to_string(server.port()));

  EXPECT_EQ(server.stop().value(), Ending::kGraceful);
  EXPECT_FALSE(server.running());
  EXPECT_EQ(server.mode(), "");
  EXPECT_TRUE(path_exists(server.data_directory() + "/version-2"));
  ASSERT_TRUE(server.start(deadline_));
  EXPECT_EQ(zookeeper->connect_string(), connect);
  EXPECT_EQ(server.mode(), "standalone");

  EXPECT_FALSE(server.wipe()) << "a running server's data were removed";
  ASSERT_TRUE(server.kill());
  ASSERT_TRUE(server.wipe());
  EXPECT_FALSE(path_exists(server.data_directory()));
}

TEST_F(ZooKeeperLife, EnsembleElectsALeaderAgainAfterTheFirstWasKilled) {
  auto zookeeper = ZooKeeper::start(directory(), {.members = 3}, deadline_);
  ASSERT_TRUE(zookeeper) << zookeeper.error().what;
  auto* leader = zookeeper->leader();
  ASSERT_NE(leader, nullptr);
  ASSERT_TRUE(leader->kill());
  EXPECT_FALSE(leader->running());
  std::vector<Server*> others = zookeeper->servers();
  std::erase(others, leader);
  // While they still take the lost leader for theirs, followers answer; then they answer as leader and
  // follower.
  ZooKeeperServer* next = nullptr;
  while (next == nullptr && !deadline_.passed()) next = zookeeper->leader();
  ASSERT_NE(next, nullptr);
  EXPECT_NE(next, leader);
  ASSERT_TRUE(wait_until_ready(others, deadline_));
  ASSERT_TRUE(leader->start(deadline_));
  EXPECT_EQ(leader->mode(), "follower");
}

TEST_F(ZooKeeperLife, PausedServerHangsUntilItIsResumed) {
  auto zookeeper = ZooKeeper::start(directory(), {}, deadline_);
  ASSERT_TRUE(zookeeper) << zookeeper.error().what;
  auto& server = zookeeper->server(1);
  ASSERT_TRUE(server.pause());
  const auto answer = server.four_letter_word("ruok", Deadline::after(200ms));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().outcome, Outcome::kRetry);
  EXPECT_TRUE(server.running());
  ASSERT_TRUE(server.resume());
  EXPECT_EQ(server.four_letter_word("ruok").value_or(""), "imok");
}

TEST_F(ZooKeeperLife, ServerThatDiesAtStartIsToldAtOnceWithTheTailOfItsLog) {
  ZooKeeperSettings settings;
  settings.properties["tickTime"] = "soon";
  const auto zookeeper = ZooKeeper::start(directory(), settings, deadline_);
  ASSERT_FALSE(zookeeper);
  EXPECT_EQ(zookeeper.error().outcome, Outcome::kFail);
  EXPECT_THAT(zookeeper.error().what, HasSubstr("soon"));
  EXPECT_FALSE(deadline_.passed());
  EXPECT_TRUE(ZooKeeper::start(directory(), {}, deadline_)) << "the failed start is in the way of the next";
}

TEST_F(ZooKeeperLife, ServerEndsWithTheObjectThatStartedIt) {
  pid_t id = 0;
  {
    auto zookeeper = ZooKeeper::start(directory(), {}, deadline_);
    ASSERT_TRUE(zookeeper) << zookeeper.error().what;
    id = *zookeeper->server(1).process_id();
    EXPECT_TRUE(path_exists("/proc/" + std::to_string(id)));
  }
  EXPECT_FALSE(path_exists("/proc/" + std::to_string(id)));
}

TEST_F(ZooKeeperLife, DetachedServerIsFoundAgainAndStoppedByAnotherObject) {
  ZooKeeperSettings settings;
  settings.lifetime = Lifetime::kDetached;
  std::string connect;
  {
    auto zookeeper = ZooKeeper::start(directory(), settings, deadline_);
    ASSERT_TRUE(zookeeper) << zookeeper.error().what;
    connect = zookeeper->connect_string();
  }
  auto found = ZooKeeper::open(directory());
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_EQ(found->connect_string(), connect);
  EXPECT_TRUE(found->server(1).running());
  EXPECT_EQ(found->server(1).mode(), "standalone");
  ASSERT_TRUE(found->stop());
  EXPECT_FALSE(found->server(1).running());
  ASSERT_TRUE(found->start_again(deadline_));
  EXPECT_EQ(found->server(1).mode(), "standalone");
  ASSERT_TRUE(found->stop());
}

TEST_F(ZooKeeperLife, DigestIdIsTheOneOfZooKeepersDocumentation) {
  EXPECT_EQ(digest_id("super", "superpw"), "super:g9oN2HttPfn8MMWJZ2r45Np/LIA=");
}

class EveryZooKeeper : public ZooKeeperLife, public testing::WithParamInterface<const char*> {};

TEST_P(EveryZooKeeper, StartsAndStops) {
  ZooKeeperSettings settings;
  settings.version = GetParam();
  auto zookeeper = ZooKeeper::start(directory(), settings, deadline_);
  ASSERT_TRUE(zookeeper) << zookeeper.error().what;
  EXPECT_THAT(zookeeper->server(1).four_letter_word("srvr").value_or(""), HasSubstr(GetParam()));
  ASSERT_TRUE(zookeeper->stop());
}

std::string with_underscores(const testing::TestParamInfo<const char*>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Version, EveryZooKeeper,
                         testing::Values("3.4.10", "3.5.7", "3.5.9", "3.8.4", "3.9.3"), with_underscores);

}  // namespace
}  // namespace arkive::rehearse
