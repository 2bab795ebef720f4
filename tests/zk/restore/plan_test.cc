// What a plan decides, item by item.
#include <gtest/gtest.h>

#include "tests/zk/restore/restoring.h"
#include "zk/restore/temporary_identity.h"
#include "zk/tree_format/redactor.h"

namespace arkive::test {
namespace {

using zk::RestoreAction;

struct Backup {
  zk::Tree tree;
  zk::NodeIndex add(const std::string& path, std::optional<Bytes> data = std::nullopt,
                    const zk::Acl& acl = zk::open_acl()) {
    const zk::NodeIndex index = tree.make(path);
    tree.set_data(index, data);
    for (zk::NodeIndex i = index; i != zk::kNoNode; i = tree[i].parent) {
      if (tree[i].acl == zk::kUnknownAcl) tree[i].acl = zk::kOpenAcl;
    }
    tree[index].acl = tree.intern(acl);
    return index;
  }
};

const zk::Acl kForeign{{zk::kAllPermissions, "digest", zk::digest_id("kafka:other")}};

std::string plan_text(const zk::RestoreSource& source, FakeZooKeeper& server,
                      const zk::RestoreOptions& options, std::string chroot = {}) {
  return text_of(
      value_of(zk::plan_restore_on(source, server.target({kOperator}, std::move(chroot)), options)));
}

TEST(RestorePlan, CreatesWhatIsMissingAndKeepsWhatDiffers) {
  Backup backup;
  backup.add("/a", "data");
  backup.add("/a/acl", "x");
  backup.add("/a/both", "x");
  backup.add("/a/data", "new");
  backup.add("/a/empty", "");
  backup.add("/a/gone", "x");
  backup.add("/a/gone/child", "x");
  backup.add("/a/same", "x");
  FakeZooKeeper server;
  server.put("/a", "data");
  const zk::Acl other{{zk::kReadPermission | zk::kAdminPermission, "world", "anyone"}};
  server.put("/a/acl", "x", other);
  server.put("/a/both", "y", other);
  server.put("/a/data", "old");
  server.put("/a/empty", std::nullopt);
  server.put("/a/same", "x");
  server.put("/a/unrelated", "x");
  EXPECT_EQ(plan_text(source_of(backup.tree), server, below("/a")),
            "same /a\n"
            "differs (kept) /a/acl (ACL differs)\n"
            "differs (kept) /a/both (data and ACL differ)\n"
            "differs (kept) /a/data (data differs)\n"
            "differs (kept) /a/empty (data differs)\n"
            "create /a/gone\n"
            "create /a/gone/child\n"
            "same /a/same\n");
}

TEST(RestorePlan, OverwritesExactlyWhatIsNamed) {
  Backup backup;
  backup.add("/config/topics/orders", "new");
  backup.add("/config/topics/orders/below", "new");
  backup.add("/config/topics/other", "new");
  FakeZooKeeper server;
  for (const char* path : {"/config/topics/orders", "/config/topics/orders/below", "/config/topics/other"}) {
    server.put(path, "old");
  }
  zk::RestoreOptions options = below("/config/topics");
  options.overwrite = {value_of(Glob::parse("/config/topics/orders"))};
  EXPECT_EQ(plan_text(source_of(backup.tree), server, options),
            "same /config/topics\n"
            "overwrite /config/topics/orders\n"
            "differs (kept) /config/topics/orders/below (data differs)\n"
            "differs (kept) /config/topics/other (data differs)\n");
}

TEST(RestorePlan, NamesWhatCannotBeRestoredAndWhatHangsBelowIt) {
  Backup backup;
  backup.add("/a");
  backup.add("/a/masked", "x", {{zk::kAllPermissions, "digest", "u:x"}});
  backup.add("/a/masked/below");
  const zk::Redactor redactor(std::string(32, 'k'));
  backup.add("/a/redacted", redactor.fingerprint("secret"));
  backup.add("/a/redacted-acl", "x", redactor.redact(kForeign));
  FakeZooKeeper server;
  zk::RestoreSource source = source_of(backup.tree);
  source.ephemerals.push_back({"/a/session", {}, "x"});
  source.ephemerals.push_back({"/elsewhere", {}, "x"});
  source.unreadable.push_back({"/a/hidden", "not authorised to read"});
  const auto plan = value_of(zk::plan_restore_on(source, server.target(), below("/a")));
  EXPECT_EQ(text_of(plan),
            "create /a\n"
            "masked ACL /a/masked (the dump was not shown the hashes of its ACL)\n"
            "blocked /a/masked/below (its parent is not restored)\n"
            "redacted /a/redacted (its data was redacted)\n"
            "redacted /a/redacted-acl (its ACL was redacted)\n"
            "ephemeral (never) /a/session (belonged to a session)\n"
            "unreadable /a/hidden (not authorised to read)\n");
  EXPECT_FALSE(plan.complete());
}

TEST(RestorePlan, IsCompleteWithEphemeralsLeftOut) {
  Backup backup;
  backup.add("/a");
  FakeZooKeeper server;
  zk::RestoreSource source = source_of(backup.tree);
  source.ephemerals.push_back({"/a/session", {}, "x"});
  EXPECT_TRUE(value_of(zk::plan_restore_on(source, server.target(), below("/a"))).complete());
}

TEST(RestorePlan, NamesWhatIsOverThePacketLimit) {
  Backup backup;
  const std::size_t frame = 8 + 4 + 2 + 4 + 27 + 4;  // of creating "/a" with the open ACL
  backup.add("/a", std::string(kSmallPackets - frame, 'x'));
  backup.add("/b", std::string(kSmallPackets - frame + 8, 'x'));
  backup.tree.set_data(zk::kRoot, Bytes());
  FakeZooKeeper server;
  server.packet_limit = kSmallPackets;
  const auto done = value_of(restore(backup.tree, server, below("/")));
  EXPECT_EQ(text_of(done.plan),
            "same /\n"
            "create /a\n"
            "too large /b (takes a request of 6008 bytes, the target takes 6000)\n");
  EXPECT_EQ(complaints(done.report), "");
  EXPECT_TRUE(server.has("/a"));
  EXPECT_FALSE(server.has("/b"));
}

TEST(RestorePlan, FitsALongAclAndMuchDataByTwoRequests) {
  Backup backup;
  zk::Acl many;
  for (int i = 0; i < 100; ++i) {
    many.push_back({zk::kReadPermission, "digest", zk::digest_id("user" + std::to_string(i) + ":p")});
  }
  backup.add("/a", std::string(kSmallPackets - 100, 'x'), many);
  FakeZooKeeper server;
  server.packet_limit = kSmallPackets;
  const auto done = value_of(restore(backup.tree, server, below("/a")));
  EXPECT_EQ(complaints(done.report), "");
  EXPECT_EQ(differences(backup.tree, "/a", server, "/a"), std::vector<std::string>());
}

TEST(RestorePlan, LeavesEphemeralAndUnreadableZnodesOfTheTargetAlone) {
  Backup backup;
  backup.add("/a/hidden/child");
  backup.add("/a/taken/child");
  FakeZooKeeper server;
  server.put("/a/hidden", "x", kForeign);
  server.put("/a/taken", "x").ephemeral_owner = 7;
  EXPECT_EQ(plan_text(source_of(backup.tree), server, below("/a")),
            "same /a\n"
            "blocked /a/hidden (there, but this session may not read it)\n"
            "blocked /a/hidden/child (below a znode that this session may not read)\n"
            "differs (kept) /a/taken (an ephemeral znode there)\n"
            "blocked /a/taken/child (its parent is an ephemeral znode there)\n");
}

TEST(RestorePlan, KeepsWhatItCannotCompare) {
  Backup backup;
  const zk::Acl kafka_acl{kForeign[0], {zk::kReadPermission, "world", "anyone"}};
  backup.add("/a", "x", kafka_acl);
  FakeZooKeeper server;
  server.put("/a", "x", kafka_acl);
  EXPECT_EQ(plan_text(source_of(backup.tree), server, below("/a")),
            "differs (kept) /a (its ACL cannot be compared: this session may not see it)\n");
}

TEST(RestorePlan, RestoresQuotaLimitsOnlyBelowZookeeper) {
  Backup backup;
  backup.add("/app");
  backup.add("/zookeeper/config", "x");
  backup.add("/zookeeper/quota/app/zookeeper_limits", "count=10,bytes=-1");
  backup.add("/zookeeper/quota/app/zookeeper_stats", "count=3,bytes=99");
  backup.tree.set_data(zk::kRoot, Bytes());
  FakeZooKeeper server;
  const auto done = value_of(restore(backup.tree, server, below("/")));
  EXPECT_EQ(text_of(done.plan),
            "same /\n"
            "create /app\n"
            "same /zookeeper\n"
            "dropped /zookeeper/config (the server keeps it itself)\n"
            "same /zookeeper/quota\n"
            "create /zookeeper/quota/app\n"
            "create /zookeeper/quota/app/zookeeper_limits\n"
            "dropped /zookeeper/quota/app/zookeeper_stats (the server keeps it itself)\n");
  EXPECT_TRUE(done.plan.complete());
  EXPECT_EQ(complaints(done.report), "");
  EXPECT_EQ(server.at("/zookeeper/quota/app/zookeeper_limits").data, "count=10,bytes=-1");
  EXPECT_EQ(server.at("/zookeeper/quota/app/zookeeper_stats").data, "count=0,bytes=0");
}

TEST(RestorePlan, DoesNotMoveQuotas) {
  Backup backup;
  backup.add("/zookeeper/quota/app/zookeeper_limits", "count=10,bytes=-1");
  FakeZooKeeper server;
  server.put("/copy", std::nullopt);
  zk::RestoreOptions options = below("/");
  options.onto = "/copy";
  const auto done = value_of(restore(backup.tree, server, options));
  EXPECT_EQ(done.plan.count(RestoreAction::kDropped), 4U);
  EXPECT_EQ(done.report.created, 0U);
}

TEST(RestorePlan, MovesASubtreeAndMakesTheParentsOnTheWay) {
  Backup backup;
  backup.add("/app/config", "c");
  backup.add("/app/config/a", "x");
  FakeZooKeeper server;
  server.put("/there", std::nullopt);
  zk::RestoreOptions options = below("/app/config");
  options.onto = "/there/deep/copy";
  const auto done = value_of(restore(backup.tree, server, options));
  EXPECT_EQ(text_of(done.plan),
            "create /there/deep (on the way to the target path; not from the backup)\n"
            "create /there/deep/copy\n"
            "create /there/deep/copy/a\n");
  EXPECT_EQ(complaints(done.report), "");
  EXPECT_EQ(differences(backup.tree, "/app/config", server, "/there/deep/copy"), std::vector<std::string>());
}

TEST(RestorePlan, MovesTheWholeTreeBelowAChrootThatIsMissing) {
  Backup backup;
  backup.add("/", "root data");
  backup.add("/app/a", "x");
  FakeZooKeeper server;
  const auto done = value_of(restore(source_of(backup.tree), server, below("/"), {}, "/clusters/one"));
  EXPECT_EQ(text_of(done.plan),
            "create /clusters (on the way to the target path; not from the backup)\n"
            "create /\n"
            "create /app\n"
            "create /app/a\n");
  EXPECT_EQ(complaints(done.report), "");
  EXPECT_EQ(server.at("/clusters/one").data, "root data");
  EXPECT_EQ(server.at("/clusters/one/app/a").data, "x");
}

TEST(RestorePlan, RefusesAPathThatTheBackupDoesNotHold) {
  Backup backup;
  FakeZooKeeper server;
  EXPECT_TRUE(failed_with(Outcome::kNotFound,
                          zk::plan_restore_on(source_of(backup.tree), server.target(), below("/none"))));
}

class Picky final : public zk::Application {
 public:
  std::string_view name() const override { return "picky"; }
  std::vector<std::string> find_roots(const zk::Tree&) const override { return {""}; }
  std::vector<zk::Sentence> describe(std::span<const zk::ZnodeChange>, std::string_view,
                                     std::vector<std::size_t>&) const override {
    return {};
  }
  std::vector<zk::View> views(const zk::Tree&, std::string_view) const override { return {}; }
  std::vector<zk::SecretRange> secrets(std::string_view, Bytes, std::string_view) const override {
    return {};
  }
  zk::RestoreRule restore_rule(std::string_view path, std::string_view root) const override {
    const bool bad = path.substr(root.size()) == "/delete";
    return {!bad, bad ? "would delete it again" : ""};
  }
  std::string summarise(std::span<const zk::Sentence>) const override { return {}; }
  std::vector<std::pair<std::string, std::string>> overview(const zk::Tree&,
                                                            std::string_view) const override {
    return {};
  }
};

TEST(RestorePlan, DropsWhatTheProfileSaysAndIsIncompleteOnlyWhenItWasNamed) {
  Backup backup;
  backup.add("/app/delete/it", "x");
  backup.add("/app/keep", "x");
  FakeZooKeeper server;
  const Picky picky;
  zk::RestoreOptions options = below("/app");
  options.profile = {{&picky, "/app"}};
  EXPECT_EQ(plan_text(source_of(backup.tree), server, options),
            "create /app\n"
            "dropped /app/delete (would delete it again)\n"
            "blocked /app/delete/it (its parent is not restored)\n"
            "create /app/keep\n");
  options.path = "/app/delete";
  EXPECT_FALSE(value_of(zk::plan_restore_on(source_of(backup.tree), server.target(), options)).complete());
}

TEST(RestorePlan, CountsTheStepsOfSequenceCounters) {
  Backup backup;
  const zk::NodeIndex locks = backup.add("/locks");
  backup.add("/locks/one");
  zk::Stat stat;
  stat.num_children = 1;
  stat.cversion = 2 * 1000 - 1;
  backup.tree[locks].set_stat(stat);
  FakeZooKeeper server;
  EXPECT_EQ(
      value_of(zk::plan_restore_on(source_of(backup.tree), server.target(), below("/locks"))).sequence_steps,
      999U);
  value_of(restore(backup.tree, server, below("/locks")));
  EXPECT_EQ(server.next_sequence("/locks"), 1000);
  // Whole: nothing to raise, and an existing counter is never raised unasked.
  EXPECT_EQ(
      value_of(zk::plan_restore_on(source_of(backup.tree), server.target(), below("/locks"))).sequence_steps,
      0U);
}

TEST(RestorePlan, TellsWhatARestoreOfAnotherBackupLeftUnfinished) {
  Backup backup;
  backup.add("/a", "x");
  Backup other;
  other.add("/a", "y");
  FakeZooKeeper server;
  const zk::Identity identity = zk::TemporaryIdentity::of(other.tree).identity();
  server.put("/a", "x",
             {{zk::kAllPermissions, "digest", zk::digest_id(identity.id)},
              {zk::kAllPermissions, "digest", zk::digest_id(kOperator.id)}});
  EXPECT_EQ(plan_text(source_of(backup.tree), server, below("/a")),
            "blocked /a (left unfinished by a restore of another run or path: run that one again)\n");
}

}  // namespace
}  // namespace arkive::test
