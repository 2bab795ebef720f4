// Connections, sessions and servers lost in mid-walk: taken up again, without a hole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/support/scoreboard.h"
#include "tests/zk/client/servers/servers.h"
#include "tests/zk/client/support/proxy.h"

namespace arkive::zk::test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

class Losses : public ServersTest {
 protected:
  // About 3 MB in 6,000 znodes at several depths.
  void fill() {
    RawClient client(connect());
    std::vector<NewZnode> znodes;
    for (int a = 0; a < 20; ++a) {
      const std::string top = "/t" + std::to_string(a);
      znodes.push_back({top, "top"});
      for (int b = 0; b < 10; ++b) {
        const std::string middle = top + "/m" + std::to_string(b);
        znodes.push_back({middle, std::string(300, 'm')});
        for (int c = 0; c < 29; ++c) {
          znodes.push_back(
              {middle + "/" + std::to_string(c), std::string(static_cast<std::size_t>(c * 34), 'c'),
               c % 7 == 0 ? Acl{{kAllPermissions, "world", "anyone"}, {1, "ip", "10.0.0.1"}} : open_acl()});
        }
      }
    }
    client.create_all(znodes);
    written_ = {{"/", {"", open_acl()}}};
    for (const NewZnode& znode : znodes) written_[znode.path] = {znode.data, znode.acl};
  }
  const SeenTree& written() const { return written_; }

 private:
  SeenTree written_;
};

class LossesOnEveryProtocol : public Losses, public testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(Version, LossesOnEveryProtocol, testing::Values("3.4.10", "3.8.4"), version_name);

TEST_P(LossesOnEveryProtocol, ConnectionCutAgainAndAgainLeavesNoHole) {
  start({.version = GetParam()});
  fill();
  std::uint64_t cuts = 0;
  for (const std::uint64_t every : {400'000U, 333'333U, 1'000'003U}) {
    Proxy proxy(zookeeper().server(1).port());
    proxy.cut_every(every);
    const Reading reading = read_all(proxy.connect_string());
    expect_same(seen_in(reading.tree), written());
    EXPECT_EQ(reading.consistency, Consistency::kQuiet);
    EXPECT_EQ(reading.passes, 1) << "taking up a session is no transaction";
    EXPECT_GT(proxy.cuts(), 0U);
    EXPECT_EQ(proxy.sessions().front().id, proxy.sessions().back().id);
    cuts += proxy.cuts();
  }
  arkive::test::scoreboard("connection cut in mid-walk", 0, cuts, cuts, HasFailure() ? 1 : 0);
}

TEST_P(LossesOnEveryProtocol, SessionThatExpiresInMidWalkIsReplaced) {
  start({.version = GetParam()});
  fill();
  Proxy proxy(zookeeper().server(1).port());
  ReadOptions read;
  bool ended = false;
  read.on_progress = [&](std::uint64_t) {
    if (!std::exchange(ended, true)) end_session(zookeeper().server(1).port(), proxy.sessions().back());
  };
  read.on_data_read = [&](const Tree&, std::size_t) {
    end_session(zookeeper().server(1).port(), proxy.sessions().back());
  };
  const Reading reading = read_all(proxy.connect_string(), read);
  expect_same(seen_in(reading.tree), written());
  EXPECT_EQ(reading.consistency, Consistency::kQuiet);
  EXPECT_NE(proxy.sessions().front().id, proxy.sessions().back().id);
}

TEST_P(LossesOnEveryProtocol, ServerKilledAndStartedAgainInMidWalkLeavesNoHole) {
  start({.version = GetParam()});
  fill();
  ReadOptions read;
  bool killed = false;
  const auto kill_and_start = [&] {
    ASSERT_TRUE(succeeded(zookeeper().server(1).kill()));
    ASSERT_TRUE(succeeded(zookeeper().server(1).start(Deadline::after(60s))));
  };
  read.on_progress = [&](std::uint64_t) {
    if (!std::exchange(killed, true)) kill_and_start();
  };
  read.on_data_read = [&](const Tree&, std::size_t) { kill_and_start(); };
  const Reading reading = read_all(connect(), read);
  expect_same(seen_in(reading.tree), written());
}

TEST_F(Losses, IdentitiesAreGivenAgainOnEveryNewConnection) {
  start();
  RawClient owner(connect(), {{"digest", "a:b"}});
  const Acl closed{{kAllPermissions, "digest", rehearse::digest_id("a", "b")}};
  for (int i = 0; i < 3000; ++i)
    owner.ask(1, owner.create_record({"/" + std::to_string(i), std::string(100, 'x'), closed}),
              [](const auto&) {});
  owner.wait_all();
  Proxy proxy(zookeeper().server(1).port());
  proxy.cut_every(100'000);
  const Reading reading = read_all(options_for(proxy.connect_string(), {{"digest", "a:b"}}));
  EXPECT_TRUE(reading.whole());
  EXPECT_EQ(reading.tree.size(), 3001U);
  EXPECT_GT(proxy.cuts(), 2U);
}

TEST_F(Losses, MemberOfAnEnsembleKilledInMidWalkLeavesNoHole) {
  start({.members = 3});
  fill();
  for (int round = 0; round < 2; ++round) {
    ReadOptions read;
    read.connections = 1 + 2 * round;
    rehearse::ZooKeeperServer* victim = round == 0 ? zookeeper().leader() : &zookeeper().server(1);
    ASSERT_NE(victim, nullptr);
    read.on_data_read = [&](const Tree&, std::size_t) { ASSERT_TRUE(succeeded(victim->kill())); };
    const Reading reading = read_all(connect(), read);
    expect_same(seen_in(reading.tree), written());
    EXPECT_EQ(reading.consistency, Consistency::kQuiet);
    ASSERT_TRUE(succeeded(victim->start(Deadline::after(60s))));
  }
}

TEST_F(Losses, ServerThatFallsSilentIsLeftForAnother) {
  start({.members = 3});
  fill();
  ConnectOptions options = options_for(connect());
  options.session_timeout = 3000ms;
  ReadOptions read;
  read.connections = 3;  // so that one of them stands at the silent server
  read.on_data_read = [&](const Tree&, std::size_t) {
    ASSERT_TRUE(succeeded(zookeeper().server(2).pause()));
  };
  const auto begun = SteadyClock::now();
  const Reading reading = read_all(options, read);
  expect_same(seen_in(reading.tree), written());
  EXPECT_LT(SteadyClock::now() - begun, 30s);
  ASSERT_TRUE(succeeded(zookeeper().server(2).resume()));
}

TEST_F(Losses, ServerThatStaysAwayEndsTheReadingInTime) {
  start();
  fill();
  ConnectOptions options = options_for(connect());
  options.deadline = Deadline::after(2s);
  ReadOptions read;
  read.on_data_read = [&](const Tree&, std::size_t) { ASSERT_TRUE(succeeded(zookeeper().server(1).kill())); };
  int before_changes = 0;
  read.before_changes = [&] { ++before_changes; };
  const auto begun = SteadyClock::now();
  const auto reading = client_source(options)->read(read);
  ASSERT_TRUE(failed_with(Outcome::kRetry, reading));
  EXPECT_THAT(reading.error().what, AllOf(HasSubstr(connect()), HasSubstr("refused")));
  EXPECT_LT(SteadyClock::now() - begun, 5s);
  EXPECT_EQ(before_changes, 1) << "whoever reads the tree meanwhile must be told to stop";
}

TEST_F(Losses, SpreadsOverAnEnsembleAndAgreesWithAll) {
  start({.members = 3});
  fill();
  for (const int connections : {2, 3, 4}) {
    ReadOptions read;
    read.connections = connections;
    const Reading reading = read_all(connect(), read);
    expect_same(seen_in(reading.tree), written());
    EXPECT_EQ(reading.consistency, Consistency::kQuiet);
  }
}

TEST_F(Losses, ReadsAnEnsembleOfWhichOneMemberIsDown) {
  start({.members = 3});
  fill();
  ASSERT_TRUE(succeeded(zookeeper().server(1).kill()));
  for (int i = 0; i < 4; ++i) {
    ReadOptions read;
    read.connections = 1 + i % 2;
    expect_same(seen_in(read_all(connect(), read).tree), written());
  }
}

}  // namespace
}  // namespace arkive::zk::test
