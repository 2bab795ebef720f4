/// The whole of MetadataAdmin, and a restore through it, on a broker of any version.
#pragma once

#include <functional>

#include "kafka/metadata/restore.h"
#include "kafka/wire/wire_metadata_admin.h"
#include "stores/core/retry.h"
#include "tests/kafka/wire/servers/servers.h"

namespace arkive::kafka::test {

class MetadataAdminTest : public KafkaServersTest, public testing::WithParamInterface<const char*> {
 protected:
  void serve_everything();
  std::unique_ptr<MetadataAdmin> admin(rehearse::KafkaListener listener = rehearse::KafkaListener::kPlain,
                                       const ClientProperties& properties = {}) {
    return value_of(open_wire_metadata_admin(kafka().bootstrap(listener), properties, patience()));
  }
  /// A change reaches a broker within moments; what is expected then says what is wrong.
  static void eventually(const std::function<bool()>& holds) {
    const Deadline deadline = Deadline::after(30s);
    while (!holds() && !deadline.passed()) (void)pause_for(50ms, deadline);
  }
  static std::vector<std::string> errors(const std::vector<ItemAnswer>& answers) {
    std::vector<std::string> texts;
    for (const ItemAnswer& answer : answers) texts.push_back(answer.error);
    return texts;
  }
};

inline void MetadataAdminTest::serve_everything() {
  using testing::ElementsAre;
  using testing::HasSubstr;
  using testing::IsEmpty;
  using testing::Pair;

  const std::string version = GetParam();
  rehearse::KafkaSettings settings;
  settings.version = version;
  settings.authorizer = true;
  start(settings);
  const auto live = source();
  const auto change = admin();

  // Topics: checked, made, changed, deleted.
  const std::vector<NewTopic> topics = {{"orders", 1, 1, {{1}, {1}}, {{"retention.ms", "-1"}}},
                                        {"chosen", 3, 1, {}, {}},
                                        {"wrong", 1, 1, {}, {{"no.such.setting", "1"}}},
                                        {"many", 1, 7, {}, {}}};
  for (const bool only_checked : {true, false}) {
    const auto answers = errors(value_of(change->create_topics(topics, only_checked, patience())));
    EXPECT_THAT(answers, ElementsAre(IsEmpty(), IsEmpty(), HasSubstr("no.such.setting"),
                                     HasSubstr("INVALID_REPLICATION_FACTOR")));
  }
  EXPECT_EQ(facts_of(*live, "orders").partitions.size(), 2U);
  EXPECT_EQ(facts_of(*live, "chosen").partitions.size(), 3U);
  EXPECT_THAT(errors(value_of(change->create_topics({topics.data(), 1}, false, patience()))),
              ElementsAre(HasSubstr("TOPIC_ALREADY_EXISTS")));
  const ConfigChange add{"orders", {{"cleanup.policy", "compact"}, {"segment.bytes", "1048576"}}};
  EXPECT_THAT(errors(value_of(change->change_configs({&add, 1}, false, patience()))), ElementsAre(IsEmpty()));
  const ConfigChange take{"orders", {{"segment.bytes", std::nullopt}}};
  EXPECT_THAT(errors(value_of(change->change_configs({&take, 1}, false, patience()))),
              ElementsAre(IsEmpty()));
  const Settings wanted = {{"cleanup.policy", "compact"}, {"retention.ms", "-1"}};
  const auto own_settings = [&] {
    const std::vector<std::string> names = {"orders"};
    Settings own;
    const auto configs = value_of(live->topic_configs(names, patience()));
    for (const ConfigEntry& entry : configs.front().entries) {
      if (entry.source == "DYNAMIC_TOPIC_CONFIG") own[entry.name] = entry.value.value_or("");
    }
    return own;
  };
  eventually([&] { return own_settings() == wanted; });
  EXPECT_EQ(own_settings(), wanted);
  const std::vector<std::string> gone = {"chosen", "never-there"};
  EXPECT_THAT(errors(value_of(change->delete_topics(gone, patience()))),
              ElementsAre(IsEmpty(), HasSubstr("UNKNOWN_TOPIC_OR_PARTITION")));

  // ACLs of every kind.
  std::set<Acl> rules = {
      {"Deny", "Topic", "literal", "orders", "User:mallory", "Read", "10.0.0.1"},
      {"Allow", "Group", "literal", "billing", "User:CN=alice,O=shop", "All", "*"},
      {"Allow", "Cluster", "literal", "kafka-cluster", "User:root", "IdempotentWrite", "*"},
      {"Allow", "TransactionalId", "literal", "tx", "User:alice", "Write", "*"},
      {"Allow", "DelegationToken", "literal", "User:a", "User:alice", "Describe", "*"}};
  if (version > "2.0") rules.insert({"Allow", "Topic", "prefixed", "pay", "User:alice", "AlterConfigs", "*"});
  if (version > "3.3") rules.insert({"Allow", "User", "literal", "User:b", "User:a", "CreateTokens", "*"});
  const std::vector<Acl> in_order(rules.begin(), rules.end());
  EXPECT_THAT(errors(value_of(change->create_acls(in_order, patience()))), testing::Each(IsEmpty()));
  EXPECT_THAT(errors(value_of(change->create_acls(in_order, patience()))), testing::Each(IsEmpty()));
  eventually([&] { return value_of(change->acls(patience())) == rules; });
  EXPECT_EQ(value_of(change->acls(patience())), rules);

  // Quotas of every kind.
  const bool has_quotas = version > "2.6";
  EXPECT_EQ(value_of(change->quotas(patience())).has_value(), has_quotas);
  std::map<QuotaEntity, QuotaValues> quotas = {
      {{{"user", "a/b c"}}, {{"producer_byte_rate", 1024}}},
      {{{"user", std::nullopt}, {"client-id", std::nullopt}}, {{"request_percentage", 200}}},
      {{{"user", "alice"}, {"client-id", "app"}}, {{"consumer_byte_rate", 7}, {"producer_byte_rate", 8}}},
      {{{"client-id", "app"}}, {{"consumer_byte_rate", 4096}}}};
  if (version > "2.8") quotas[{{"ip", "10.1.2.3"}}] = {{"connection_creation_rate", 5}};
  if (has_quotas) {
    std::vector<QuotaChange> changes;
    for (const auto& [entity, values] : quotas) {
      QuotaChange& one = changes.emplace_back();
      one.entity = entity;
      for (const auto& [key, value] : values) one.values[key] = value;
    }
    EXPECT_THAT(errors(value_of(change->change_quotas(changes, patience()))), testing::Each(IsEmpty()));
    const QuotaChange less{{{"user", "alice"}, {"client-id", "app"}}, {{"consumer_byte_rate", std::nullopt}}};
    EXPECT_THAT(errors(value_of(change->change_quotas({&less, 1}, patience()))), ElementsAre(IsEmpty()));
    quotas[less.entity].erase("consumer_byte_rate");
    eventually([&] { return value_of(change->quotas(patience())) == quotas; });
    EXPECT_EQ(value_of(change->quotas(patience())), quotas);
  }

  // Settings of brokers, and who logs in.
  for (const std::string broker : {"", "1"}) {
    const std::string key = broker.empty() ? "log.cleaner.threads" : "log.cleaner.io.buffer.load.factor";
    const auto answer =
        value_of(change->change_broker_settings(broker, {{key, broker.empty() ? "2" : "0.8"}}, patience()));
    if (version < "2.3") {
      EXPECT_THAT(answer.error, HasSubstr("before 2.3"));
      continue;
    }
    EXPECT_THAT(answer.error, IsEmpty());
    eventually([&] { return value_of(change->broker_settings(broker, patience())).contains(key); });
    EXPECT_TRUE(value_of(change->broker_settings(broker, patience())).contains(key));
  }
  EXPECT_EQ(value_of(change->scram_users(patience())).has_value(), version > "2.7");
}

}  // namespace arkive::kafka::test
