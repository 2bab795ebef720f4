#include <gmock/gmock.h>

#include "tests/kafka/znodes/recorded_znodes.h"

namespace arkive::kafka::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(AclWords, AllResourceTypesLiteralAndPrefixed) {
  const Told told = tell(recorded_step("3.9.1", "ACLs added").changes);
  EXPECT_THAT(told.major,
              ElementsAre("ACL added: User:CN=alice,O=shop may Describe Group:bill* (prefixed) from *",
                          "ACL added: User:CN=alice,O=shop may Read Group:bill* (prefixed) from *",
                          "ACL added: User:mallory may not All Topic:orders* (prefixed) from 10.1.2.3",
                          "ACL added: User:alice may Create Cluster:kafka-cluster from *",
                          "ACL added: User:alice may Describe DelegationToken:User:alice from *",
                          "ACL added: User:alice may Read Group:billing from *",
                          "ACL added: User:* may Read Topic:* from *",
                          "ACL added: User:alice may Read Topic:orders from *",
                          "ACL added: User:alice may Write TransactionalId:tx-orders from *",
                          "ACL added: User:alice may DescribeTokens User:User:bob from *"));
  EXPECT_EQ(told.sentences[0].category, "acl-added");
}

TEST(AclWords, RemovedWithItsZnodeOrWithinIt) {
  EXPECT_THAT(tell(recorded_step("3.9.1", "ACL removed").changes).major,
              ElementsAre("ACL removed: User:alice may Read Topic:orders from *"));
  const std::string read = R"({"principal":"User:a","permissionType":"Allow","operation":"Read","host":"*"})";
  const std::string write =
      R"({"principal":"User:a","permissionType":"Allow","operation":"Write","host":"*"})";
  const Told told =
      tell({change("/kafka-acl/Topic/orders", R"({"version":1,"acls":[)" + read + "," + write + "]}",
                   R"({"version":1,"acls":[)" + read + "]}")});
  EXPECT_THAT(told.major, ElementsAre("ACL removed: User:a may Write Topic:orders from *"));
}

TEST(AclWords, TheSameRulesInAnotherOrderAreNoChange) {
  const std::string a = R"({"principal":"User:a","permissionType":"Allow","operation":"Read","host":"*"})";
  const std::string b = R"({"principal":"User:b","permissionType":"Allow","operation":"Read","host":"*"})";
  const Told told = tell({change("/kafka-acl/Topic/t", R"({"version":1,"acls":[)" + a + "," + b + "]}",
                                 R"({"version":1,"acls":[)" + b + "," + a + "]}")});
  EXPECT_THAT(told.major, IsEmpty());
  EXPECT_THAT(told.minor, ElementsAre("ACLs of Topic:t rewritten, the same rules"));
}

TEST(ScramWords, CreatedChangedAndRemovedWithoutSaltOrKey) {
  EXPECT_THAT(tell(recorded_step("3.9.1", "SCRAM credentials created").changes).major,
              ElementsAre("SCRAM credential created: user admin, SCRAM-SHA-256, 8192 iterations",
                          "SCRAM credential created: user alice, SCRAM-SHA-256, 4096 iterations",
                          "SCRAM credential created: user alice, SCRAM-SHA-512, 4096 iterations"));
  EXPECT_THAT(tell(recorded_step("3.9.1", "SCRAM credential changed").changes).major,
              ElementsAre("SCRAM credential changed: user alice, SCRAM-SHA-256, iterations 4096 -> 8192"));
  EXPECT_THAT(tell(recorded_step("3.9.1", "SCRAM credential removed").changes).major,
              ElementsAre("SCRAM credential removed: user alice, SCRAM-SHA-512"));
  EXPECT_THAT(tell(recorded_step("1.1.1", "SCRAM credential removed").changes).major,
              ElementsAre("SCRAM credential removed: user alice, SCRAM-SHA-256"));
}

TEST(QuotaWords, UsersClientsBothDefaultsAndIps) {
  EXPECT_THAT(tell(recorded_step("3.9.1", "quotas set").changes).major,
              ElementsAre("quota for the default client: consumer_byte_rate set to 1024",
                          "quota for client app: producer_byte_rate set to 1024",
                          "quota for IP 127.0.0.9: connection_creation_rate set to 7",
                          "quota for the default IP: connection_creation_rate set to 8",
                          "quota for the default user: producer_byte_rate set to 1024",
                          "quota for the default user, the default client: consumer_byte_rate set to 77",
                          "quota for user CN=alice,O=my shop: producer_byte_rate set to 5",
                          "quota for user alice: consumer_byte_rate set to 2048",
                          "quota for user alice: controller_mutation_rate set to 10.0",
                          "quota for user alice: producer_byte_rate set to 1024",
                          "quota for user alice: request_percentage set to 200.0",
                          "quota for user alice, client app: producer_byte_rate set to 1024"));
  EXPECT_THAT(tell(recorded_step("3.9.1", "quotas changed and removed").changes).major,
              ElementsAre("quota for client app: producer_byte_rate removed (was 1024)",
                          "quota for the default IP: connection_creation_rate removed (was 8)",
                          "quota for user alice, client app: producer_byte_rate 1024 -> 2048"));
}

TEST(BrokerConfigWords, PasswordsAreNotShown) {
  EXPECT_THAT(
      tell(recorded_step("3.9.1", "broker configs set").changes).major,
      ElementsAre(
          "broker 1: listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config set (secret, not shown)",
          "broker 1: log.cleaner.threads set to 2",
          "all brokers (default): log.retention.ms set to 86400000"));
  EXPECT_THAT(
      tell(recorded_step("3.9.1", "broker configs changed").changes).major,
      ElementsAre(AllOf(HasSubstr("sasl.jaas.config changed (secret, not shown"), Not(HasSubstr("salt"))),
                  "broker 1: log.cleaner.threads 2 -> 1",
                  "all brokers (default): log.retention.ms removed (was 86400000)"));
}

TEST(TokenWords, CreatedRenewedAndRemovedByTheirOwner) {
  EXPECT_THAT(
      tell(recorded_step("3.9.1", "delegation token created").changes).major,
      ElementsAre(testing::MatchesRegex("delegation token [^ ]+ of User:alice created: expires 2026-[^ ]+Z, "
                                        "renewable by User:carol")));
  EXPECT_THAT(tell(recorded_step("3.9.1", "delegation token renewed").changes).major,
              ElementsAre(testing::MatchesRegex(
                  "delegation token [^ ]+ of User:alice renewed: expires 2026-[^ ]+Z -> 2026-[^ ]+Z")));
  EXPECT_THAT(tell(recorded_step("3.9.1", "delegation token removed").changes).major,
              ElementsAre(testing::MatchesRegex("delegation token [^ ]+ of User:alice removed")));
}

zk::Acl acl(const std::string& text) {
  const Result<zk::Acl> parsed = zk::parse_acl(text);
  return parsed ? *parsed : zk::Acl();
}

TEST(ZookeeperAclWords, AChangeIsToldWithoutHashes) {
  zk::ZnodeChange changed = change("/config/users", "", "");
  changed.before->acl = acl("sasl:kafka:cdrwa");
  changed.after->acl = acl("world:anyone:cdrwa");
  EXPECT_THAT(tell({changed}).major, ElementsAre("znode /config/users: ZooKeeper ACL sasl:kafka:cdrwa -> "
                                                 "world:anyone:cdrwa (readable by everybody now)"));
  changed.before->acl = acl("digest:kafka:c0ffee=:cdrwa");
  changed.after->acl = acl("digest:kafka:decade=:cdrwa");
  EXPECT_THAT(tell({changed}).major,
              ElementsAre("znode /config/users: ZooKeeper ACL digest:kafka:...:cdrwa, another password"));
  changed.after->acl = acl("digest:kafka:x:cdrwa");
  EXPECT_THAT(tell({changed}).major, ElementsAre(HasSubstr("hash hidden from one of the dumps")));
}

TEST(ZookeeperAclWords, ToldBesideTheChangeOfData) {
  zk::ZnodeChange changed =
      change("/config/topics/t", R"({"version":1,"config":{}})", R"({"version":1,"config":{"a":"1"}})");
  changed.before->acl = acl("sasl:kafka:cdrwa");
  EXPECT_THAT(
      tell({changed}).major,
      ElementsAre("t: a set to 1", HasSubstr("znode /config/topics/t: ZooKeeper ACL sasl:kafka:cdrwa ->")));
  changed.after->data = "{";
  const Told damaged = tell({changed});
  EXPECT_THAT(damaged.major, ElementsAre(HasSubstr("ZooKeeper ACL")));
  EXPECT_THAT(damaged.unknown, ElementsAre(0));
}

TEST(ZookeeperAclWords, ForeignZnodesAreLeftToOthers) {
  zk::ZnodeChange changed = change("/solr/x", "", "");
  changed.before->acl = acl("sasl:solr:cdrwa");
  const Told told = tell({changed});
  EXPECT_THAT(told.sentences, IsEmpty());
  EXPECT_THAT(told.unknown, ElementsAre(0));
}

TEST(ClusterWords, ClusterIdEpochFeaturesMigrationAndProducerIds) {
  EXPECT_THAT(
      tell({change("/cluster/id", R"({"version":"1","id":"a"})", R"({"version":"1","id":"b"})")}).major,
      ElementsAre(HasSubstr("cluster id a -> b")));
  EXPECT_THAT(tell({change("/controller_epoch", "4", "5")}).minor, ElementsAre("controller epoch 4 -> 5"));
  EXPECT_THAT(tell({change("/feature", R"({"version":2,"status":1,"features":{}})",
                           R"({"version":2,"status":1,"features":{"x":3}})")})
                  .major,
              ElementsAre("features: enabled -> enabled, x 3"));
  EXPECT_THAT(tell({change("/migration", std::nullopt, R"({"version":0})")}).major,
              ElementsAre("migration to KRaft begun"));
  const std::string low = R"({"version":1,"broker":2,"block_start":"0","block_end":"999"})";
  const std::string high = R"({"version":1,"broker":2,"block_start":"1000","block_end":"1999"})";
  constexpr const char* kBlock = "/latest_producer_id_block";
  EXPECT_THAT(tell({change(kBlock, low, high)}).minor,
              ElementsAre("producer ids: last block 0-999 -> 1000-1999"));
  EXPECT_THAT(tell({change(kBlock, high, low)}).major, ElementsAre(HasSubstr("set back")));
  EXPECT_THAT(tell({change(kBlock, high, "")}).major,
              ElementsAre(HasSubstr("empty data where null is meant")));
  zk::ZnodeChange to_null = change(kBlock, high, "");
  to_null.after->data.reset();
  EXPECT_THAT(tell({to_null}).major, ElementsAre(HasSubstr("1000-1999 -> none: set back")));
}

TEST(NoticeWords, NoticesRegistrationsAndDirectoriesAreMinor) {
  const Told told =
      tell({change("/brokers/ids/1", std::nullopt, "{}"), change("/controller", std::nullopt, "{}"),
            change("/isr_change_notification/isr_change_0000000001", std::nullopt, "{}"),
            change("/log_dir_event_notification/log_dir_event_0000000001", "{}", std::nullopt),
            change("/config/ips", std::nullopt, ""), change("/consumers/old/offsets/orders/0", "5", "9")});
  EXPECT_THAT(told.major, IsEmpty());
  EXPECT_THAT(told.minor, Contains("consumer old/offsets/orders/0: 5 -> 9"));
  EXPECT_EQ(told.minor.size(), 6U);
  EXPECT_THAT(tell({change("/config/users", "", std::nullopt)}).major,
              ElementsAre("znode /config/users removed"));
}

}  // namespace
}  // namespace arkive::kafka::test
