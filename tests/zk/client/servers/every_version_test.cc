// What the client source reads from a server at rest is what was written, on every version.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/zk/client/servers/servers.h"

namespace arkive::zk::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

INSTANTIATE_TEST_SUITE_P(Version, EveryVersion, testing::Values("3.4.10", "3.5.9", "3.8.4", "3.9.3"),
                         version_name);

// The tree of a fresh server: the root, without /zookeeper.
SeenTree fresh() {
  return {{"/", {"", open_acl()}}};
}

Acl random_acl(std::mt19937& random) {
  if (random() % 3 != 0) return open_acl();
  Acl acl{{kAllPermissions, "world", "anyone"}};
  for (unsigned i = random() % 4; i > 0; --i) {
    acl.push_back({static_cast<std::uint32_t>(1 + random() % 31), "digest",
                   // The server drops entries that are there already.
                   "user" + std::to_string(i) + "-" + std::to_string(random() % 5) + ":aGFzaA=="});
  }
  return acl;
}

TEST_P(EveryVersion, ReadsARandomTreeAsItWasWritten) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  RawClient client(connect());
  SeenTree written = fresh();
  std::vector<std::string> paths{"/"};
  std::vector<NewZnode> znodes;
  while (znodes.size() < 2000) {
    const std::string parent =
        paths[random() % (random() % 2 == 0 ? paths.size() : std::min<std::size_t>(paths.size(), 20))];
    const std::string path = join_path(parent, "n" + std::to_string(random() % 100'000));
    if (written.contains(path)) continue;
    std::optional<std::string> data;
    if (random() % 10 != 0) data = std::string(random() % 8 == 0 ? random() % 20'000 : random() % 200, 'x');
    for (char& byte : data ? *data : data.emplace()) byte = static_cast<char>(random());
    if (random() % 10 == 0) data.reset();
    znodes.push_back({path, data, random_acl(random)});
    written[path] = {data, znodes.back().acl};
    paths.push_back(path);
  }
  client.create_all(znodes);
  // Some sequence counters and versions that are not those of new znodes.
  for (int i = 0; i < 100; ++i) {
    const std::string path = paths[1 + random() % (paths.size() - 1)];
    const std::string child = client.create(join_path(path, "q-"), "", open_acl(), kSequentialFlag);
    if (i % 3 == 0) {
      ASSERT_TRUE(client.remove(child).ok());
    } else {
      written[child] = {"", open_acl()};
    }
    const std::string changed = paths[1 + random() % (paths.size() - 1)];
    ASSERT_TRUE(client.set(changed, "changed").ok());
    written[changed].data = "changed";
    const Acl acl = random_acl(random);
    ASSERT_TRUE(client.set_acl(changed, acl).ok());
    written[changed].acl = acl;
  }

  const Reading reading = read_all(connect());
  expect_same(seen_in(reading.tree), written);
  expect_stats_of_now(reading.tree, client);
  EXPECT_EQ(reading.consistency, Consistency::kQuiet);
  EXPECT_EQ(reading.passes, 1);
  EXPECT_EQ(reading.zxid_first, reading.zxid_last);
  EXPECT_EQ(reading.acls_read, written.size());
  EXPECT_EQ(reading.vanished, 0U);
  EXPECT_TRUE(reading.whole());
  EXPECT_EQ(reading.server, connect() + " (" + GetParam() + ")");
}

TEST_P(EveryVersion, TellsNullFromEmptyAndKeepsOddNames) {
  RawClient client(connect());
  SeenTree written = fresh();
  const auto add = [&](const std::string& path, std::optional<std::string> data) {
    client.create(path, data);
    written[path] = {data, open_acl()};
  };
  add("/null", std::nullopt);
  add("/empty", "");
  add("/null/empty", "");
  add("/empty/null", std::nullopt);
  add("/binary", std::string("\0\xff\r\n\0", 5));
  for (const char* name : {"%",
                           "%2F",
                           "a\\b",
                           "a:b",
                           "..x",
                           "...",
                           ".git",
                           "%self",
                           "%list",
                           "content",
                           "CON",
                           "nul.txt",
                           "trailing.",
                           "trailing ",
                           " leading",
                           "\xc3\xa9",
                           "e\xcc\x81",
                           "\xe2\x80\x8d",
                           "-rf",
                           "*",
                           "?",
                           "a=b&c",
                           "\"'`$(x)",
                           "A",
                           "a",
                           "~1",
                           "git~1",
                           "a\x20\x20"
                           "b"}) {
    add("/" + std::string(name), name);
    add("/" + std::string(name) + "/" + name, name);
  }
  add("/" + std::string(4000, 'l'), "long name");
  std::string deep;
  for (int i = 0; i < 200; ++i) add(deep += "/d", std::to_string(i));
  const Reading reading = read_all(connect());
  expect_same(seen_in(reading.tree), written);
}

TEST_P(EveryVersion, KeepsAHundredAclEntriesInTheirOrder) {
  RawClient client(connect());
  Acl acl;
  for (int i = 0; i < 100; ++i) {
    acl.push_back(
        {static_cast<std::uint32_t>(1 + i % 31), "ip", "10.0." + std::to_string((i * 37) % 100) + ".1"});
  }
  acl.push_back({kAllPermissions, "world", "anyone"});
  client.create("/guarded", "", acl);
  const Reading reading = read_all(connect());
  EXPECT_EQ(reading.tree.znode(reading.tree.find("/guarded")).acl, acl);
}

TEST_P(EveryVersion, ListsEphemeralsBesideTheTree) {
  RawClient client(connect());
  client.create("/brokers");
  client.create("/brokers/ids");
  client.create("/brokers/ids/1", "one", open_acl(), kEphemeralFlag);
  client.create("/brokers/ids/2", std::nullopt, open_acl(), kEphemeralFlag);
  client.create("/controller", "", open_acl(), kEphemeralFlag);
  client.create("/stays", "s");
  const Reading reading = read_all(connect());
  expect_same(seen_in(reading.tree), SeenTree{{"/", {"", open_acl()}},
                                              {"/brokers", {"", open_acl()}},
                                              {"/brokers/ids", {"", open_acl()}},
                                              {"/stays", {"s", open_acl()}}});
  ASSERT_EQ(reading.ephemerals.size(), 3U);
  EXPECT_EQ(reading.ephemerals[0].path, "/brokers/ids/1");
  EXPECT_EQ(reading.ephemerals[0].data, "one");
  EXPECT_EQ(reading.ephemerals[0].stat, client.exists("/brokers/ids/1"));
  EXPECT_NE(reading.ephemerals[0].stat.ephemeral_owner, 0);
  EXPECT_EQ(reading.ephemerals[1].data, std::nullopt);
  EXPECT_EQ(reading.ephemerals[2].path, "/controller");
  EXPECT_EQ(reading.tree.size(), 4U);
  EXPECT_EQ(reading.tree[reading.tree.find("/brokers/ids")].num_children, 2);
  EXPECT_TRUE(reading.whole());
}

TEST_P(EveryVersion, NamesWhatItMayNotReadAndReadsItWithTheRightIdentity) {
  const std::string hash = rehearse::digest_id("alice", "secret");
  const Acl alices{{kAllPermissions, "digest", hash}};
  RawClient owner(connect(), {{"digest", "alice:secret"}});
  owner.create("/closed", "c", alices);
  owner.create("/closed/below", "b");
  owner.create("/open", "o");
  owner.create("/open/closed", "c", alices);
  owner.create("/listed", "l", {{kReadPermission, "world", "anyone"}, {kAllPermissions, "digest", hash}});

  const Reading blind = read_all(connect());
  EXPECT_FALSE(blind.whole());
  ASSERT_EQ(blind.unreadable.size(), 2U);
  EXPECT_EQ(blind.unreadable[0].path, "/closed");
  EXPECT_EQ(blind.unreadable[0].cause, "not authorised to read");
  EXPECT_EQ(blind.unreadable[1].path, "/open/closed");
  EXPECT_EQ(blind.tree.find("/closed"), kNoNode);
  EXPECT_NE(blind.tree.find("/listed"), kNoNode);
  EXPECT_EQ(blind.consistency, Consistency::kQuiet);
  // Who has no ADMIN gets the hash as x: since 3.4.14.
  if (std::string(GetParam()) == "3.4.10") {
    EXPECT_THAT(blind.masked_acls, IsEmpty());
  } else {
    EXPECT_THAT(blind.masked_acls, ElementsAre("/listed"));
    EXPECT_EQ(blind.tree.znode(blind.tree.find("/listed")).acl[1].id, "alice:x");
  }

  ConnectOptions with_identity = options_for(connect(), {{"digest", "alice:secret"}});
  const Reading all = read_all(with_identity);
  EXPECT_TRUE(all.whole());
  EXPECT_EQ(all.tree.znode(all.tree.find("/closed")).acl, alices);
  EXPECT_EQ(all.tree.znode(all.tree.find("/closed/below")).data, "b");
  EXPECT_EQ(all.tree.znode(all.tree.find("/listed")).acl[1].id, hash);

  // ZooKeeper refuses no digest password; a wrong one is just another identity.
  const Reading wrong = read_all(options_for(connect(), {{"digest", "alice:wrong"}}));
  EXPECT_EQ(wrong.unreadable.size(), 2U);
  // It refuses a scheme it does not know.
  const auto refused = client_source(options_for(connect(), {{"nonsense", "alice"}}))->read({});
  EXPECT_TRUE(failed_with(Outcome::kDenied, refused));
  EXPECT_THAT(refused.error().what, HasSubstr("nonsense"));
}

TEST_P(EveryVersion, TakesQuotaLimitsFromTheSystemsTreeAndNothingElse) {
  RawClient client(connect());
  client.create("/app");
  EXPECT_EQ(read_all(connect()).tree.find("/zookeeper"), kNoNode);
  client.create("/zookeeper/quota/app", "");
  client.create("/zookeeper/quota/app/zookeeper_limits", "count=5,bytes=-1");
  client.create("/zookeeper/quota/app/zookeeper_stats", "count=1,bytes=0");
  client.create("/zookeeper/quota/unused", "");
  const Reading reading = read_all(connect());
  SeenTree seen = seen_in(reading.tree);
  EXPECT_EQ(seen["/zookeeper/quota/app/zookeeper_limits"].data, "count=5,bytes=-1");
  std::vector<std::string> paths;
  for (const auto& [path, znode] : seen) paths.push_back(path);
  EXPECT_THAT(paths, ElementsAre("/", "/app", "/zookeeper", "/zookeeper/quota", "/zookeeper/quota/app",
                                 "/zookeeper/quota/app/zookeeper_limits"));
}

TEST_P(EveryVersion, ReadsADirectoryOfTwentyThousand) {
  RawClient client(connect());
  client.create("/wide");
  std::vector<NewZnode> znodes;
  for (int i = 0; i < 20'000; ++i)
    znodes.push_back({"/wide/a-rather-long-name-" + std::to_string(i), std::to_string(i)});
  client.create_all(znodes);
  const Reading reading = read_all(connect());
  EXPECT_EQ(reading.tree.size(), 20'002U);
  for (const NewZnode& znode : znodes) {
    ASSERT_EQ(reading.tree[reading.tree.find(znode.path)].data(), *znode.data) << znode.path;
  }
}

TEST_P(EveryVersion, ReadsOnlyBelowTheChroot) {
  RawClient client(connect());
  client.create("/kafka", "k", {{kAllPermissions, "world", "anyone"}, {kReadPermission, "ip", "10.0.0.1"}});
  client.create("/kafka/topic", "t");
  client.create("/other");
  const Reading reading = read_all(connect() + "/kafka");
  expect_same(
      seen_in(reading.tree),
      SeenTree{{"/", {"k", {{kAllPermissions, "world", "anyone"}, {kReadPermission, "ip", "10.0.0.1"}}}},
               {"/topic", {"t", open_acl()}}});
  const auto missing = client_source(options_for(connect() + "/nothing/here"))->read({});
  EXPECT_TRUE(failed_with(Outcome::kNotFound, missing));
  EXPECT_THAT(missing.error().what, HasSubstr("chroot"));
}

}  // namespace
}  // namespace arkive::zk::test
