// Topics made before a replay, and the settings that are held while it runs.
#include "kafka/replay/make_topics.h"

#include "kafka/replay/held_settings.h"
#include "tests/kafka/replay/replay_fixture.h"

namespace arkive::kafka::test {
namespace {

/// Makes topics in a scripted cluster.
class ScriptedAdmin final : public TopicAdmin {
 public:
  explicit ScriptedAdmin(ScriptedCluster& cluster) : cluster_(cluster) {}
  Result<std::vector<ItemAnswer>> create_topics(std::span<const NewTopic> topics, bool validate_only,
                                                Deadline) override {
    std::vector<ItemAnswer> answers;
    for (const NewTopic& topic : topics) {
      answers.push_back({refusal, Outcome::kUsage});
      if (validate_only || !refusal.empty()) continue;
      made.push_back(topic);
      cluster_.make(topic.name, topic.partitions, 9).configs = topic.configs;
    }
    return answers;
  }
  Result<std::vector<ItemAnswer>> change_configs(std::span<const ConfigChange> changes, Deadline) override {
    std::vector<ItemAnswer> answers;
    for (const ConfigChange& change : changes) {
      answers.push_back({refusal, Outcome::kUsage});
      auto& configs = cluster_.topics.at(change.topic).configs;
      for (const auto& [name, value] : change.settings) {
        if (!refusal.empty()) break;
        configs.erase(name);
        if (value) configs[name] = *value;
      }
    }
    return answers;
  }
  Result<std::vector<ItemAnswer>> delete_topics(std::span<const std::string>, Deadline) override {
    return fail(Outcome::kUsage, "not scripted");
  }

  std::vector<NewTopic> made;
  std::string refusal;

 private:
  ScriptedCluster& cluster_;
};

class MakeTopicsTest : public ScriptedReplay {
 protected:
  void SetUp() override {
    cluster_.make("orders", 3).configs = configs_;
    for (int i = 0; i < 3; ++i) cluster_.at("orders", i).append(3);
    archive_source();
  }
  ReplayDraft draft() {
    ScriptedLogSource source(target_cluster_);
    return value_of(draft_replay(request().archive, {}, source, Deadline::never()));
  }
  Status make(ReplayDraft& draft, MakeTopics wish = {}) {
    ScriptedLogSource source(target_cluster_);
    wish.journal_directory = scratch("journal");
    return make_topics(draft, &admin_, source, wish, Deadline::after(2s));
  }

  const std::map<std::string, std::string> configs_ = {{"cleanup.policy", "compact,delete"},
                                                       {"max.message.bytes", "2000"},
                                                       {"message.timestamp.type", "LogAppendTime"},
                                                       {"retention.ms", "86400000"}};
  ScriptedAdmin admin_{target_cluster_};
};

TEST_F(MakeTopicsTest, ATopicIsMadeAsItWasWithSettingsHeldThatArePutBack) {
  ReplayDraft made = draft();
  EXPECT_FALSE(made.topics.at(0).exists);
  ASSERT_TRUE(succeeded(make(made)));
  EXPECT_TRUE(made.topics.at(0).exists);
  EXPECT_EQ(made.topics.at(0).plan.most_batch_bytes, 2000);
  ASSERT_EQ(admin_.made.size(), 1U);
  EXPECT_EQ(admin_.made[0].partitions, 3);
  EXPECT_EQ(admin_.made[0].replication_factor, 3);
  auto& configs = target_cluster_.topics.at("orders").configs;
  EXPECT_EQ(configs.at("retention.ms"), "-1");
  EXPECT_EQ(configs.at("message.timestamp.type"), "CreateTime");
  EXPECT_EQ(configs.at("min.compaction.lag.ms"), "9223372036854775807");
  EXPECT_EQ(configs.at("cleanup.policy"), "compact,delete");
  // Killed and called again: what is held stays.
  ReplayDraft again = draft();
  ASSERT_TRUE(succeeded(make(again)));
  admin_.refusal = "POLICY_VIOLATION";
  EXPECT_FALSE(put_settings_back(scratch("journal"), admin_, Deadline::never()));
  EXPECT_FALSE(value_of(read_held_settings(scratch("journal"))).empty());
  admin_.refusal.clear();
  ASSERT_TRUE(succeeded(put_settings_back(scratch("journal"), admin_, Deadline::never())));
  EXPECT_EQ(configs, configs_);
  EXPECT_TRUE(value_of(read_held_settings(scratch("journal"))).empty());
  EXPECT_TRUE(succeeded(put_settings_back(scratch("journal"), admin_, Deadline::never())));
}

TEST_F(MakeTopicsTest, WhatBrokersRefuseIsNamedAndNothingIsMade) {
  ReplayDraft refused = draft();
  admin_.refusal = "INVALID_CONFIG: Unknown topic config name: x";
  const Status made = make(refused);
  EXPECT_TRUE(failed_with(Outcome::kUsage, made));
  EXPECT_NE(made.error().what.find("'orders'"), std::string::npos);
  EXPECT_NE(made.error().what.find("Unknown topic config name"), std::string::npos);
  EXPECT_TRUE(admin_.made.empty());
  EXPECT_FALSE(path_exists(scratch("journal") + "/settings.json"));
}

TEST_F(MakeTopicsTest, ADryRunMakesNothing) {
  ReplayDraft only_asked = draft();
  MakeTopics wish;
  wish.validate_only = true;
  EXPECT_TRUE(succeeded(make(only_asked, wish)));
  EXPECT_TRUE(admin_.made.empty());
  EXPECT_TRUE(target_cluster_.topics.empty());
}

}  // namespace
}  // namespace arkive::kafka::test
