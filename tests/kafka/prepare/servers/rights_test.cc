// What a user may not do, and whether there is room, asked of a real broker before anything is written.
#include "kafka/wire/wire_metadata_admin.h"
#include "tests/kafka/prepare/servers/real_targets.h"
#include "tests/support/secured_kafka.h"

namespace arkive::kafka::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class RightsTest : public KafkaServersTest {
 protected:
  void SetUp() override {
    rehearse::KafkaSettings settings;
    settings.authorizer = true;
    settings.scram_listener = true;
    settings.scram_users = {{kScramUser, kScramPassword}};
    start(settings);
    all_ = value_of(open_wire_metadata_admin(kafka().bootstrap(), {}, patience()));
    const std::vector<NewTopic> topics = {{"orders", 1, 1, {}, {}}};
    ASSERT_EQ(value_of(all_->create_topics(topics, false, patience()))[0].error, "");
    facts_of(*source(), "orders");
    const ClientProperties alice = sasl_client(SaslMechanism::kScramSha256);
    const std::string bootstrap = kafka().bootstrap(rehearse::KafkaListener::kScram);
    hers_ = value_of(open_wire_log_source(bootstrap, alice, patience()));
    admin_ = value_of(open_librdkafka_topic_admin(bootstrap, alice, patience()));
  }
  void allow(const std::vector<std::string>& operations) {
    std::vector<Acl> acls;
    for (const std::string& operation : operations) {
      acls.push_back({"Allow", "Topic", "literal", "orders", "User:alice", operation, "*"});
    }
    value_of(all_->create_acls(acls, patience()));
  }
  std::string look_until(const testing::Matcher<std::string>& wanted, std::uint64_t bytes = 0) {
    const ArchivedTopic archived = archived_topic({{"retention.ms", "-1"}}, 1);
    WantedTopic topic{&archived, "orders", 0, 0, bytes};
    const Deadline deadline = patience();
    std::string lines;
    do {  // ACLs reach a broker a moment later
      lines.clear();
      const Preparation found = value_of(inspect({&topic, 1}, {}, *hers_, admin_.get(), patience()));
      for (const Finding& finding : found.findings) lines += finding_line(finding) + "\n";
    } while (!testing::Matches(wanted)(lines) && !deadline.passed() && pause_for(100ms, deadline));
    return lines;
  }
  std::unique_ptr<MetadataAdmin> all_;
  std::unique_ptr<LogSource> hers_;
  std::unique_ptr<TopicAdmin> admin_;
};

TEST_F(RightsTest, WhoMayNotWriteOrAlterIsRefusedBeforeTheFirstRecord) {
  allow({"Read", "Describe", "DescribeConfigs"});
  const auto refused = HasSubstr("refused: topic 'orders': this user may not write to it");
  EXPECT_THAT(look_until(refused), refused);
  allow({"Write"});
  const auto kept =
      HasSubstr("refused: topic 'orders': its settings cannot be raised meanwhile: TOPIC_AUTHORIZATION");
  EXPECT_THAT(look_until(kept), kept);
  allow({"AlterConfigs"});
  EXPECT_THAT(look_until(Not(HasSubstr("refused:"))), Not(HasSubstr("refused:")));
}

TEST_F(RightsTest, ATopicThatMayNotBeMadeIsRefused) {
  const auto refused = HasSubstr("refused: topic 'orders': the target does not make it");
  EXPECT_THAT(look_until(refused), refused);
}

TEST_F(RightsTest, MoreThanTheDisksHoldIsRefusedWhereTheBrokerTells) {
  const std::vector<BrokerSpace> spaces = value_of(source()->free_space(patience()));
  ASSERT_EQ(spaces.size(), 1U);
  EXPECT_GT(spaces[0].total, 0U);
  EXPECT_LE(spaces[0].usable, spaces[0].total);
  const ArchivedTopic archived = archived_topic({{"retention.ms", "-1"}}, 1);
  WantedTopic topic{&archived, "orders", 0, 0, spaces[0].total * 2};
  const Preparation found = value_of(inspect({&topic, 1}, {}, *source(), all_.get(), patience()));
  EXPECT_TRUE(found.refused());
  EXPECT_THAT(finding_line(found.findings.at(0)), HasSubstr("refused: brokers: with their replicas"));
  // Who may not describe the cluster is not told.
  EXPECT_THAT(value_of(hers_->free_space(patience())), testing::IsEmpty());
}

}  // namespace
}  // namespace arkive::kafka::test
