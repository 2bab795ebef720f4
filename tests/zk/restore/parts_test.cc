// The small parts a restore is made of.
#include <gtest/gtest.h>

#include "tests/zk/restore/restoring.h"
#include "zk/restore/path_map.h"
#include "zk/restore/replace_order.h"
#include "zk/restore/request_size.h"
#include "zk/restore/temporary_identity.h"

namespace arkive::test {
namespace {

const zk::Acl kOurs{{zk::kAllPermissions, "digest", zk::digest_id(kOperator.id)}};
const zk::Acl kTheirs{{zk::kAllPermissions, "digest", zk::digest_id("kafka:other")}};
const zk::Acl kReadOnly{{zk::kReadPermission, "world", "anyone"}};

TEST(RestoreParts, DigestIdsAreAsZooKeeperWritesThem) {
  // DigestAuthenticationProvider.generateDigest("super:admin")
  EXPECT_EQ(zk::digest_id("super:admin"), "super:xQJmxLMiHGwaqBvst5y6rkB6HQs=");
}

TEST(RestoreParts, GrantsOnlyWhatIsSure) {
  const zk::Rights rights({kOperator});
  EXPECT_EQ(rights.granted(zk::open_acl()), zk::kAllPermissions);
  EXPECT_EQ(rights.granted(kOurs), zk::kAllPermissions);
  EXPECT_EQ(rights.granted(kTheirs), 0U);
  EXPECT_EQ(rights.granted(kReadOnly), zk::kReadPermission);
  EXPECT_EQ(rights.granted({{zk::kAllPermissions, "ip", "127.0.0.1"}}), 0U);
}

TEST(RestoreParts, PathsMoveWithAndWithoutChroot) {
  EXPECT_EQ(zk::PathMap("/", "/", "").whole("/"), "/");
  EXPECT_EQ(zk::PathMap("/", "/", "").whole("/a/b"), "/a/b");
  EXPECT_EQ(zk::PathMap("/", "/", "/kafka").whole("/"), "/kafka");
  EXPECT_EQ(zk::PathMap("/", "/", "/kafka").whole("/a"), "/kafka/a");
  EXPECT_EQ(zk::PathMap("/a", "/", "").whole("/a"), "/");
  EXPECT_EQ(zk::PathMap("/a", "/", "").whole("/a/b"), "/b");
  EXPECT_EQ(zk::PathMap("/a", "/x/y", "/k").whole("/a/b"), "/k/x/y/b");
  EXPECT_EQ(zk::PathMap("/a", "/x/y", "/k").below_chroot("/a/b"), "/x/y/b");
  EXPECT_TRUE(zk::PathMap("/a", "/a", "").identity());
  EXPECT_FALSE(zk::PathMap("/a", "/a", "/k").identity());
}

TEST(RestoreParts, SizesAreThoseOfWriteOperations) {
  zk::WriteOperation operation;
  operation.path = "/some/path";
  operation.data = "data";
  operation.acl = kOurs;
  EXPECT_EQ(zk::multi_create_size(10, 4, zk::acl_size(kOurs)), operation.wire_size());
  operation.type = zk::WriteOperation::Type::kSetData;
  EXPECT_EQ(zk::multi_set_size(10, 4), operation.wire_size());
  operation.type = zk::WriteOperation::Type::kDelete;
  EXPECT_EQ(zk::multi_delete_size(10), operation.wire_size());
}

TEST(RestoreParts, ReplacingNeverShowsOneSideToTheOthersReaders) {
  const zk::Rights rights({kOperator});
  const auto order = [&](const zk::Acl& before, const zk::Acl& after, bool data, std::uint32_t needs = 0) {
    return zk::replace_order({data, before != after, &before, &after, needs}, rights);
  };
  using zk::ReplaceOrder;
  EXPECT_EQ(order(kOurs, kOurs, true), ReplaceOrder::kDataOnly);
  EXPECT_EQ(order(zk::open_acl(), kOurs, false), ReplaceOrder::kAclOnly);
  EXPECT_EQ(order(zk::open_acl(), kTheirs, false, zk::kCreatePermission), ReplaceOrder::kAclLast);
  EXPECT_EQ(order(zk::open_acl(), kOurs, true), ReplaceOrder::kAclThenData);
  EXPECT_EQ(order(kOurs, zk::open_acl(), true), ReplaceOrder::kAclLast);
  EXPECT_EQ(order(kOurs, kTheirs, true), ReplaceOrder::kLockDataThenAcl);
  EXPECT_EQ(order(zk::open_acl(), kTheirs, true), ReplaceOrder::kLockDataThenAcl);
}

TEST(RestoreParts, TheTemporaryIdentityIsTheBackupsOwn) {
  const zk::Tree one = RandomTree(7).make();
  const zk::Tree same = RandomTree(7).make();
  const zk::Tree other = RandomTree(8).make();
  const auto identity = zk::TemporaryIdentity::of(one);
  EXPECT_EQ(identity.identity().id, zk::TemporaryIdentity::of(same).identity().id);
  EXPECT_NE(identity.identity().id, zk::TemporaryIdentity::of(other).identity().id);
  const zk::Acl acl{{zk::kAllPermissions, "digest", zk::digest_id(identity.identity().id)}};
  EXPECT_TRUE(identity.marks(acl));
  EXPECT_FALSE(zk::TemporaryIdentity::of(other).marks(acl));
  EXPECT_TRUE(zk::marked_by_some_restore(acl));
  EXPECT_FALSE(zk::marked_by_some_restore(kOurs));
}

TEST(RestoreParts, TheTemporaryIdentityDoesNotDependOnTheOrderOfAcls) {
  zk::Tree one;
  zk::Tree two;
  one.intern(kOurs);
  two.intern(kTheirs);
  for (zk::Tree* tree : {&one, &two}) {
    (*tree)[tree->make("/a")].acl = tree->intern(kTheirs);
    (*tree)[tree->make("/b")].acl = tree->intern(kOurs);
  }
  EXPECT_EQ(zk::TemporaryIdentity::of(one).identity().id, zk::TemporaryIdentity::of(two).identity().id);
}

}  // namespace
}  // namespace arkive::test
