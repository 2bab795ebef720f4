// Topics made, configured and deleted by librdkafka.
#include "kafka/rdkafka/librdkafka_topic_admin.h"

#include "tests/kafka/wire/servers/servers.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class TopicAdminTest : public KafkaServersTest {
 protected:
  std::unique_ptr<TopicAdmin> admin() {
    return value_of(open_librdkafka_topic_admin(kafka().bootstrap(), {}, patience()));
  }
  /// What is set on the topic itself.
  std::map<std::string, std::string> set_on(const std::string& topic) {
    const auto configs = value_of(source()->topic_configs({&topic, 1}, patience()));
    EXPECT_EQ(configs.at(0).error, "");
    std::map<std::string, std::string> set;
    for (const ConfigEntry& entry : configs[0].entries) {
      if (entry.source == "DYNAMIC_TOPIC_CONFIG") set[entry.name] = entry.value.value_or("");
    }
    return set;
  }
  static NewTopic topic(const std::string& name, std::map<std::string, std::string> configs = {}) {
    NewTopic made;
    made.name = name;
    made.replication_factor = 1;
    made.configs = std::move(configs);
    return made;
  }
};

TEST_F(TopicAdminTest, TopicsAreMadeAsToldAndWhatIsRefusedIsNamed) {
  start();
  const auto live = admin();
  NewTopic orders = topic("orders", {{"cleanup.policy", "compact,delete"}, {"retention.ms", "604800001"}});
  orders.assignment = {{1}, {1}, {1}};
  NewTopic wide = topic("wide");
  wide.replication_factor = 3;
  const std::vector<NewTopic> wanted = {topic("bad", {{"no.such.setting", "1"}}), orders, wide,
                                        topic("bills")};
  const auto expected = ElementsAre(
      Field(&ItemAnswer::error, HasSubstr("no.such.setting")), Field(&ItemAnswer::error, IsEmpty()),
      Field(&ItemAnswer::error, HasSubstr("REPLICATION_FACTOR")), Field(&ItemAnswer::error, IsEmpty()));
  EXPECT_THAT(value_of(live->create_topics(wanted, true, patience())), expected);
  EXPECT_THAT(value_of(source()->topics(patience())), IsEmpty());
  EXPECT_THAT(value_of(live->create_topics(wanted, false, patience())), expected);
  EXPECT_THAT(facts_of(*source(), "orders").partitions, SizeIs(3));
  EXPECT_THAT(facts_of(*source(), "bills").partitions, SizeIs(1));
  EXPECT_THAT(set_on("orders"),
              ElementsAre(Pair("cleanup.policy", "compact,delete"), Pair("retention.ms", "604800001")));
  EXPECT_THAT(value_of(live->create_topics({&orders, 1}, false, patience())),
              ElementsAre(Field(&ItemAnswer::error, HasSubstr("TOPIC_ALREADY_EXISTS"))));
}

TEST_F(TopicAdminTest, AChangeOfSettingsLeavesTheOthersAndADeletedTopicIsGone) {
  start();
  const auto live = admin();
  const NewTopic orders = topic(
      "orders",
      {{"cleanup.policy", "compact,delete"}, {"retention.ms", "604800001"}, {"segment.bytes", "1048576"}});
  EXPECT_THAT(value_of(live->create_topics({&orders, 1}, false, patience())),
              ElementsAre(Field(&ItemAnswer::error, IsEmpty())));
  (void)facts_of(*source(), "orders");
  const std::vector<ConfigChange> changes = {
      {"orders", {{"retention.ms", "-1"}, {"segment.bytes", std::nullopt}, {"flush.messages", "7"}}},
      {"none", {{"retention.ms", "-1"}}}};
  const auto answers = ElementsAre(Field(&ItemAnswer::error, IsEmpty()),
                                   Field(&ItemAnswer::error, HasSubstr("UNKNOWN_TOPIC_OR_PART")));
  const auto before = set_on("orders");
  EXPECT_THAT(value_of(live->change_configs(changes, true, patience())), answers);
  EXPECT_EQ(set_on("orders"), before) << "something was changed";
  EXPECT_THAT(value_of(live->change_configs(changes, false, patience())), answers);
  EXPECT_THAT(set_on("orders"), ElementsAre(Pair("cleanup.policy", "compact,delete"),
                                            Pair("flush.messages", "7"), Pair("retention.ms", "-1")));
  const std::vector<ConfigChange> bad = {{"orders", {{"retention.ms", "many"}}}};
  for (const bool validate_only : {true, false}) {
    EXPECT_THAT(value_of(live->change_configs(bad, validate_only, patience())),
                ElementsAre(Field(&ItemAnswer::error, HasSubstr("retention.ms"))));
  }
  EXPECT_THAT(set_on("orders"), SizeIs(3));

  const std::vector<std::string> names = {"none", "orders"};
  EXPECT_THAT(value_of(live->delete_topics(names, patience())),
              ElementsAre(Field(&ItemAnswer::error, HasSubstr("UNKNOWN_TOPIC_OR_PART")),
                          Field(&ItemAnswer::error, IsEmpty())));
  for (const Deadline deadline = patience(); !value_of(source()->topics(deadline)).empty();) {
    ASSERT_FALSE(deadline.passed());
  }
}

TEST_F(TopicAdminTest, NobodyToBeReachedIsSaidByTheDeadline) {
  EXPECT_TRUE(
      failed_with(Outcome::kRetry, open_librdkafka_topic_admin("127.0.0.1:1", {}, Deadline::after(2s))));
}

}  // namespace
}  // namespace arkive::kafka::test
