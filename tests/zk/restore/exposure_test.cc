// At no moment of a restore is anything readable by more than may read it in the end.
#include <gtest/gtest.h>

#include "tests/zk/restore/restoring.h"

namespace arkive::test {
namespace {

// Those who may read, besides the restoring session itself.
std::set<std::string> readers(const zk::Acl& acl) {
  std::set<std::string> all;
  for (const zk::AclEntry& entry : acl) {
    const bool restoring = entry.id == zk::digest_id(kOperator.id) || entry.id.starts_with("arkive-restore-");
    if ((entry.permissions & zk::kReadPermission) && !restoring) all.insert(entry.scheme + ":" + entry.id);
  }
  return all;
}

bool within(const std::set<std::string>& inner, const std::set<std::string>& outer) {
  return outer.contains("world:anyone") ||
         std::includes(outer.begin(), outer.end(), inner.begin(), inner.end());
}

// What each znode was and will be.
struct Bounds {
  std::optional<std::string> old_data, new_data;
  std::set<std::string> old_readers, new_readers;
  bool existed = false;
};

std::map<std::string, Bounds> bounds_of(const zk::Tree& tree, const FakeZooKeeper& before) {
  std::map<std::string, Bounds> bounds;
  tree.walk(tree.find("/app"), [&](zk::NodeIndex index, const std::string& path) {
    const zk::Znode wanted = tree.znode(index);
    Bounds& at = bounds[path];
    at.new_data = wanted.data;
    at.new_readers = readers(wanted.acl);
    at.existed = before.has(path);
    if (at.existed) {
      at.old_data = before.znodes().at(path).data;
      at.old_readers = readers(before.znodes().at(path).acl);
    }
    return true;
  });
  return bounds;
}

std::string exposed(const std::map<std::string, Bounds>& bounds, const FakeZooKeeper& server) {
  for (const auto& [path, at] : bounds) {
    if (!server.has(path)) continue;
    const FakeZooKeeper::FakeZnode& znode = server.znodes().at(path);
    const std::set<std::string> now = readers(znode.acl);
    const bool old_may = at.existed && znode.data == at.old_data && within(now, at.old_readers);
    const bool new_may = znode.data == at.new_data && within(now, at.new_readers);
    if (!old_may && !new_may) return path + " by " + format_acl(znode.acl);
  }
  return "";
}

TEST(Exposure, NoZnodeIsEverReadableByMoreThanItsFinalAclAllows) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    for (const auto& identities : {std::vector<zk::Identity>{kOperator}, std::vector<zk::Identity>{}}) {
      SCOPED_TRACE("seed " + std::to_string(seed) + (identities.empty() ? " without identity" : ""));
      const zk::Tree tree = RandomTree(seed).make();
      FakeZooKeeper server;
      const auto bounds = bounds_of(tree, server);
      std::string worst;
      server.after_change = [&] { worst = worst.empty() ? exposed(bounds, server) : worst; };
      const auto done = value_of(restore(tree, server, below("/app"), identities));
      EXPECT_EQ(worst, "");
      EXPECT_EQ(complaints(done.report), "");
      EXPECT_EQ(differences(tree, "/app", server, "/app"), std::vector<std::string>());
    }
  }
}

TEST(Exposure, OverwritingShowsNeitherOldNorNewDataToWhoMayNotReadIt) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const zk::Tree tree = RandomTree(seed, {.znodes = 80, .kinds = false}).make();
    FakeZooKeeper server;
    server.packet_limit = kSmallPackets;
    // A part of it is there, with other data and ACLs, which the operator administers.
    std::mt19937_64 random(seed);
    tree.walk(tree.find("/app"), [&](zk::NodeIndex index, const std::string& path) {
      if (random() % 4 == 0) return false;
      const zk::Znode wanted = tree.znode(index);
      zk::Acl acl = random() % 3 == 0 ? wanted.acl : some_acls()[random() % some_acls().size()];
      if (acl != wanted.acl) acl.push_back({zk::kAllPermissions, "digest", zk::digest_id(kOperator.id)});
      server.put(path, random() % 3 == 0 ? wanted.data : std::optional<std::string>("other"), acl);
      return true;
    });
    const auto bounds = bounds_of(tree, server);
    std::string worst;
    server.after_change = [&] { worst = worst.empty() ? exposed(bounds, server) : worst; };
    zk::RestoreOptions options = below("/app");
    options.overwrite = {value_of(Glob::parse("/app")), value_of(Glob::parse("/app/**"))};
    const auto done = value_of(restore(tree, server, options, {kOperator}));
    EXPECT_EQ(worst, "");
    // Where the target is the operator's to read and to change, all is as it was.
    for (const zk::RestoreItem& item : done.plan.items) {
      const auto& failed = done.report.failed;
      const bool blocked = item.action == zk::RestoreAction::kBlocked ||
                           std::any_of(failed.begin(), failed.end(), [&](const zk::RestoreFailure& failure) {
                             return failure.path == done.plan.path(item);
                           });
      if (blocked) continue;
      const zk::Znode wanted = tree.znode(item.source);
      ASSERT_TRUE(server.has(wanted.path)) << wanted.path;
      EXPECT_EQ(server.at(wanted.path).data, wanted.data) << wanted.path;
      EXPECT_EQ(format_acl(server.at(wanted.path).acl), format_acl(wanted.acl)) << wanted.path;
    }
  }
}

}  // namespace
}  // namespace arkive::test
