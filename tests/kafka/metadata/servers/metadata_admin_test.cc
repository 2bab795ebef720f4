// Metadata of real clusters, read and changed by our own client.
#include "tests/kafka/metadata/servers/metadata_admin.h"
#include "tests/support/secured_kafka.h"

namespace arkive::kafka::test {
namespace {

using testing::HasSubstr;

TEST_P(MetadataAdminTest, ReadsAndChangesEverything) {
  serve_everything();
}

INSTANTIATE_TEST_SUITE_P(Kafka, MetadataAdminTest, testing::Values("3.9.1", "4.1.0"), version_name);

class RefusedMetadataTest : public KafkaServersTest {};

TEST_F(RefusedMetadataTest, AClusterWithoutAnAuthorizerSaysSo) {
  start();
  const auto change = value_of(open_wire_metadata_admin(kafka().bootstrap(), {}, patience()));
  EXPECT_EQ(value_of(change->acls(patience())), std::nullopt);
}

TEST_F(RefusedMetadataTest, WhoMayNotIsToldBeforeAnythingIsChanged) {
  rehearse::KafkaSettings settings;
  settings.authorizer = true;
  settings.scram_listener = true;
  settings.scram_users = {{kScramUser, kScramPassword}};
  start(settings);
  const ClientProperties alice = sasl_client(SaslMechanism::kScramSha256);
  const std::string bootstrap = kafka().bootstrap(rehearse::KafkaListener::kScram);
  const auto live = value_of(open_wire_log_source(bootstrap, alice, patience()));
  const auto change = value_of(open_wire_metadata_admin(bootstrap, alice, patience()));
  ClusterMetadata wanted;
  wanted.acls = {{"Allow", "Topic", "literal", "orders", "User:alice", "Read", "*"}};
  MetadataRestore with_acls(wanted, {}, *live, *change, 20s);
  const auto refused = with_acls.plan();
  ASSERT_TRUE(failed_with(Outcome::kDenied, refused));
  EXPECT_THAT(refused.error().what, HasSubstr("ask for the ACLs: CLUSTER_AUTHORIZATION_FAILED"));
  EXPECT_THAT(refused.error().hint, HasSubstr("--only"));

  ClusterMetadata topics;
  topics.topics["orders"] = {"", {{0, {1}}}, {}, false};
  MetadataRestore with_topics(topics, {}, *live, *change, 20s);
  const MetadataPlan plan = value_of(with_topics.plan());
  ASSERT_EQ(plan.items.size(), 1U);
  EXPECT_EQ(plan.items[0].action, MetadataAction::kCannot);
  EXPECT_THAT(plan.items[0].reason, HasSubstr("AUTHORIZATION_FAILED"));
  EXPECT_EQ(value_of(with_topics.run(plan)).created, 0U);
}

}  // namespace
}  // namespace arkive::kafka::test
