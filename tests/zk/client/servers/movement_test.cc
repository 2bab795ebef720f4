// Readings of a tree that changes meanwhile: either exactly what was true at one moment, or fuzzy and honest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <charconv>
#include <mutex>
#include <random>
#include <thread>

#include "tests/support/scoreboard.h"
#include "tests/zk/client/servers/servers.h"

namespace arkive::zk::test {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class Movement : public ServersTest {};

std::vector<std::string> paths_of(const std::vector<EphemeralZnode>& ephemerals) {
  std::vector<std::string> paths;
  for (const EphemeralZnode& ephemeral : ephemerals) paths.push_back(ephemeral.path);
  return paths;
}

// Runs `change` between the data and the ACLs of the first pass.
Reading read_while(const std::string& connect, const std::function<void()>& change, ReadOptions read = {}) {
  read.on_data_read = [&](const Tree&, std::size_t) { change(); };
  return read_all(connect, read);
}

TEST_F(Movement, TakesOverEveryKindOfChange) {
  start();
  RawClient client(connect());
  const Acl closed_to_writers{{kReadPermission | kAdminPermission, "world", "anyone"}};
  for (const char* path : {"/data", "/null", "/acl", "/gone", "/gone/below", "/again", "/again/below",
                           "/becomes-ephemeral", "/parent", "/parent/a", "/parent/c", "/both", "/still"}) {
    client.create(path, "before");
  }
  client.create("/ephemeral-gone", "e", open_acl(), kEphemeralFlag);
  client.create("/ephemeral-set", "e", open_acl(), kEphemeralFlag);
  client.create("/ephemeral-stays", "e", open_acl(), kEphemeralFlag);
  client.create("/becomes-persistent", "e", open_acl(), kEphemeralFlag);

  int before_changes = 0;
  ReadOptions read;
  read.before_changes = [&] { ++before_changes; };
  const Reading reading = read_while(
      connect(),
      [&] {
        client.set("/data", "after");
        client.set("/null", std::nullopt);
        client.set_acl("/acl", closed_to_writers);
        client.remove("/gone/below");
        client.remove("/gone");
        client.remove("/again/below");
        client.remove("/again");
        client.create("/again", "anew", closed_to_writers);
        client.remove("/becomes-ephemeral");
        client.create("/becomes-ephemeral", "e", open_acl(), kEphemeralFlag);
        client.remove("/parent/a");
        client.create("/parent/b", "new");
        client.create("/parent/b/below", "new");
        client.create("/parent/d", "new");
        client.set("/both", "after");
        client.set_acl("/both", closed_to_writers);
        client.remove("/ephemeral-gone");
        client.set("/ephemeral-set", "after");
        client.remove("/becomes-persistent");
        client.create("/becomes-persistent", "p");
        client.create("/parent/ephemeral-new", "e", open_acl(), kEphemeralFlag);
      },
      read);
  expect_same(seen_in(reading.tree), read_plainly(client));
  expect_stats_of_now(reading.tree, client);
  EXPECT_EQ(reading.consistency, Consistency::kQuiet);
  EXPECT_EQ(reading.passes, 2);
  EXPECT_EQ(before_changes, 1);
  EXPECT_THAT(reading.still_moving, IsEmpty());
  EXPECT_THAT(paths_of(reading.ephemerals), ElementsAre("/becomes-ephemeral", "/ephemeral-set",
                                                        "/ephemeral-stays", "/parent/ephemeral-new"));
  EXPECT_EQ(reading.ephemerals[1].data, "after");
  EXPECT_TRUE(reading.whole());
}

TEST_F(Movement, NoticesAChangeAmongEphemeralsAlone) {
  start();
  RawClient client(connect());
  client.create("/locks");
  client.create("/locks/a", "1", open_acl(), kEphemeralFlag);
  client.create("/locks/b", "1", open_acl(), kEphemeralFlag);
  ReadOptions once;
  once.most_passes = 1;
  const auto change = [&] {
    client.set("/locks/a", "2");
    client.remove("/locks/b");
    client.create("/locks/b", "2", open_acl(), kEphemeralFlag);
  };
  EXPECT_EQ(read_while(connect(), change, once).consistency, Consistency::kFuzzy);
  const Reading reading = read_while(connect(), [&] {
    client.set("/locks/a", "3");
    client.remove("/locks/b");
    client.create("/locks/b", "3", open_acl(), kEphemeralFlag);
  });
  EXPECT_EQ(reading.consistency, Consistency::kQuiet);
  ASSERT_THAT(paths_of(reading.ephemerals), ElementsAre("/locks/a", "/locks/b"));
  EXPECT_EQ(reading.ephemerals[0].data, "3");
  EXPECT_EQ(reading.ephemerals[1].stat, client.exists("/locks/b"));
}

TEST_F(Movement, OtherSessionsComingAndGoingLeaveItQuiet) {
  start();
  RawClient client(connect());
  client.create("/a");
  const Reading reading = read_while(connect(), [&] { RawClient other(connect()); });
  EXPECT_EQ(reading.consistency, Consistency::kQuiet);
  EXPECT_EQ(reading.passes, 2);
}

TEST_F(Movement, WhatBecomesReadableOrUnreadableMeanwhileIsToldAsItIsInTheEnd) {
  start();
  RawClient owner(connect(), {{"digest", "a:b"}});
  const Acl closed{{kAllPermissions, "digest", rehearse::digest_id("a", "b")}};
  owner.create("/opens", "1", closed);
  owner.create("/opens/below", "1");
  owner.create("/closes", "1");
  owner.create("/closes/below", "1");
  owner.create("/stays-closed", "1", closed);
  const Reading reading = read_while(connect(), [&] {
    owner.set_acl("/opens", open_acl());
    owner.set_acl("/closes", closed);
  });
  EXPECT_EQ(reading.consistency, Consistency::kQuiet);
  ASSERT_EQ(reading.unreadable.size(), 2U);
  EXPECT_EQ(reading.unreadable[0].path, "/closes");
  EXPECT_EQ(reading.unreadable[1].path, "/stays-closed");
  expect_same(seen_in(reading.tree),
              {{"/", {"", open_acl()}}, {"/opens", {"1", open_acl()}}, {"/opens/below", {"1", open_acl()}}});
}

TEST_F(Movement, RandomChangesEndInTheTreeThatIsThere) {
  start();
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  RawClient client(connect());
  const auto any_path = [&] {
    std::string path;
    for (auto depth = 1 + random() % 3; depth > 0; --depth) path += "/" + std::to_string(random() % 12);
    return path;
  };
  const auto change = [&] {
    const std::string path = any_path();
    switch (random() % 8) {
      case 0:
        client.call(2, [&] {  // fails on parents, which is fine
          std::string record;
          jute::Writer to(record);
          to.string(path);
          to.int32(-1);
          return record;
        }());
        break;
      case 1:
        client.set(path, std::to_string(random()));
        break;
      case 2:
        client.set_acl(path, {{kAllPermissions, "world", "anyone"},
                              {1, "ip", "10.0.0." + std::to_string(random() % 9)}});
        break;
      case 3:
        client.try_create({path, "e", open_acl(), kEphemeralFlag});
        break;
      default:
        client.try_create({path, std::to_string(random())});
    }
  };
  for (int i = 0; i < 2000; ++i) change();
  const int rounds = arkive::test::full_form() ? 300 : 10;
  for (int round = 0; round < rounds; ++round) {
    ReadOptions read;
    // Some of it in the middle of the walk, some between data and ACLs.
    bool walking = true;
    read.on_progress = [&](std::uint64_t) {
      if (walking) change();
    };
    const Reading reading = read_while(
        connect(),
        [&] {
          walking = false;
          for (unsigned i = 0; i < 1 + random() % 20; ++i) change();
        },
        read);
    ASSERT_EQ(reading.consistency, Consistency::kQuiet);
    expect_same(seen_in(reading.tree), read_plainly(client));
    expect_stats_of_now(reading.tree, client);
    if (HasFailure()) break;
  }
}

// Writers that leave in every znode what can be checked: the data tell the version, the ACL the aversion.
class UnderFire {
 public:
  UnderFire(std::string connect, int writers, std::uint32_t seed) : connect_(std::move(connect)) {
    RawClient client(connect_);
    client.create("/fire");
    for (int d = 0; d < kDirectories; ++d) {
      client.create("/fire/" + std::to_string(d));
      for (int n = 0; n < kZnodes; ++n) client.create(path(d, n), "0");
    }
    for (int i = 0; i < writers; ++i)
      threads_.emplace_back([this, i, seed] { write(seed + static_cast<unsigned>(i)); });
  }
  ~UnderFire() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  std::uint64_t writes() const { return writes_; }

  static void check(const Reading& reading) {
    std::size_t checked = 0;
    const Tree& tree = reading.tree;
    tree.walk(kRoot, [&](NodeIndex index, const std::string& path) {
      const Node& node = tree[index];
      EXPECT_LE(node.czxid, reading.zxid_last) << path;
      EXPECT_LE(node.mzxid, reading.zxid_last) << path;
      std::int64_t next = -1;
      for (NodeIndex i = node.first_child; i != kNoNode; i = tree[i].next_sibling) {
        const std::string_view name = tree[i].name();
        if (!name.starts_with("q-")) continue;
        std::int64_t number = 0;
        std::from_chars(name.data() + 2, name.data() + name.size(), number);
        next = std::max(next, number + 1);
      }
      if (next >= 0) {
        // A restored counter must never give a name again that is there.
        EXPECT_GE(node.stat().next_sequence(), next) << path;
      }
      if (!path.starts_with("/fire/") || path.find('/', 6) == std::string::npos) return true;
      ++checked;
      EXPECT_EQ(node.data(), std::to_string(node.version)) << path;
      const Acl& acl = tree.acl(node.acl);
      const std::string mark = acl.size() > 1 ? acl[1].id : "10.0.0.0";
      EXPECT_EQ(mark, acl_id(node.aversion)) << path;
      return true;
    });
    EXPECT_GT(checked, 0U);
  }

 private:
  static constexpr int kDirectories = 5, kZnodes = 400;
  static std::string path(int directory, int znode) {
    return "/fire/" + std::to_string(directory) + "/" + std::to_string(znode);
  }
  static std::string acl_id(int aversion) {
    return "10.0." + std::to_string(aversion / 250) + "." + std::to_string(aversion % 250);
  }

  void write(std::uint32_t seed) {
    std::mt19937 random(seed);
    RawClient client(connect_);
    while (!stop_) {
      const int directory = static_cast<int>(random() % kDirectories);
      const std::string at = path(directory, static_cast<int>(random() % kZnodes));
      // Only one of the writers changes a znode at a time: the others' versions do not fit, and they fail.
      switch (random() % 8) {
        case 0: {
          const std::string record = exists_record(at);
          const auto now = client.call(3, record);
          if (now.ok()) {
            const int next = now.stat().aversion + 1;
            client.set_acl(at, {{kAllPermissions, "world", "anyone"}, {1, "ip", acl_id(next)}}, next - 1);
          }
          break;
        }
        case 1:
          if (client.remove(at).ok()) client.try_create({at, "0"});
          break;
        case 2:
          client.try_create({"/fire/" + std::to_string(directory) + "/q-", "0", open_acl(), kSequentialFlag});
          break;
        case 3:
          client.try_create({"/fire/" + std::to_string(directory) + "/q-", "0", open_acl(),
                             kSequentialFlag | kEphemeralFlag});
          break;
        default: {
          const auto now = client.call(3, exists_record(at));
          if (now.ok()) client.set(at, std::to_string(now.stat().version + 1), now.stat().version);
        }
      }
      ++writes_;
    }
  }
  static std::string exists_record(const std::string& at) {
    std::string record;
    jute::Writer to(record);
    jute::write_path_and_watch(to, at);
    return record;
  }

  std::string connect_;
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> writes_{0};
  std::vector<std::thread> threads_;
};

void read_under_fire(const std::string& connect, std::chrono::seconds span, int connections) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  UnderFire fire(connect, 4, seed);
  const Deadline end = Deadline::after(span);
  int readings = 0;
  int quiet = 0;
  while (!end.passed() && !testing::Test::HasFailure()) {
    ReadOptions read;
    read.connections = connections;
    read.most_passes = 1 + readings % 4;
    const Reading reading = read_all(connect, read);
    UnderFire::check(reading);
    EXPECT_TRUE(reading.unreadable.empty());
    EXPECT_LE(reading.zxid_first, reading.zxid_last);
    if (reading.consistency == Consistency::kQuiet) ++quiet;
    EXPECT_LE(reading.passes, read.most_passes);
    ++readings;
  }
  std::printf("%d readings (%d quiet) under %llu writes\n", readings, quiet,
              static_cast<unsigned long long>(fire.writes()));
  arkive::test::scoreboard("zookeeper under fire", seed, fire.writes(), 0,
                           testing::Test::HasFailure() ? 1 : 0);
}

TEST_F(Movement, UnderFireEveryZnodeIsWholeAndItsCountersAreNeverTooLow) {
  start();
  read_under_fire(connect(), std::chrono::seconds(arkive::test::full_form() ? 600 : 8), 1);
}

TEST_F(Movement, UnderFireOnAServerWithoutMultiRead) {
  start({.version = "3.4.10"});
  read_under_fire(connect(), std::chrono::seconds(arkive::test::full_form() ? 300 : 5), 1);
}

TEST_F(Movement, UnderFireOverSeveralConnectionsToAnEnsemble) {
  start({.members = 3});
  read_under_fire(connect(), std::chrono::seconds(arkive::test::full_form() ? 600 : 8), 4);
}

}  // namespace
}  // namespace arkive::zk::test
