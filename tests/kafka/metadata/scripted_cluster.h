/// A cluster's metadata in memory, as LogSource and MetadataAdmin.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kafka/log_source.h"
#include "kafka/metadata_admin.h"

namespace arkive::kafka::test {

class ScriptedCluster : public LogSource, public MetadataAdmin {
 public:
  std::set<std::int32_t> brokers = {1, 2, 3};
  std::map<std::string, NewTopic> made;
  std::set<std::string> known_settings = {"retention.ms", "cleanup.policy", "delete.retention.ms"};
  std::optional<std::set<Acl>> rules = std::set<Acl>();
  std::map<QuotaEntity, QuotaValues> limits;
  std::map<std::string, Settings> dynamic;
  std::set<ScramUser> logins;
  std::vector<std::string> steps;                             ///< what was changed, in order
  std::function<std::string(const Acl&)> refuses_acl;         ///< an error
  std::function<std::string(const NewTopic&)> refuses_topic;  ///< an error
  bool forgets = false;                                       ///< says "done" of topics and makes none

  std::string_view name() const override { return "scripted"; }
  Result<ClusterFacts> cluster(Deadline) override {
    ClusterFacts facts;
    for (const std::int32_t id : brokers) facts.brokers.push_back({id, "host", 9092, ""});
    return facts;
  }
  Result<std::vector<TopicFacts>> topics(Deadline) override {
    std::vector<TopicFacts> facts;
    for (const auto& [topic_name, topic] : made) {
      TopicFacts& of_topic = facts.emplace_back();
      of_topic.name = topic_name;
      of_topic.partitions.resize(topic.assignment.empty() ? static_cast<std::size_t>(topic.partitions)
                                                          : topic.assignment.size());
    }
    return facts;
  }
  Result<std::vector<TopicConfigs>> topic_configs(std::span<const std::string> asked, Deadline) override {
    std::vector<TopicConfigs> configs;
    for (const std::string& topic : asked) {
      TopicConfigs& of_topic = configs.emplace_back();
      of_topic.topic = topic;
      for (const std::string& key : known_settings) {
        const auto found = made[topic].configs.find(key);
        const bool own = found != made[topic].configs.end();
        of_topic.entries.push_back(
            {key, own ? found->second : "default", own ? "DYNAMIC_TOPIC_CONFIG" : "DEFAULT_CONFIG", false});
      }
    }
    return configs;
  }
  Result<std::vector<PartitionOffsets>> offsets(std::span<const TopicPartition>, Deadline) override {
    return not_asked();
  }
  Result<std::vector<std::int64_t>> offsets_at(std::span<const TopicPartition>, UnixMilliseconds,
                                               Deadline) override {
    return not_asked();
  }
  Result<std::optional<LeaderEpochStart>> end_of_epoch(const TopicPartition&, std::int32_t,
                                                       Deadline) override {
    return not_asked();
  }
  Result<std::vector<GroupFacts>> groups(Deadline) override { return not_asked(); }
  Result<std::unique_ptr<LogFetcher>> open_fetcher(std::int32_t, Deadline) override { return not_asked(); }

  Result<std::vector<ItemAnswer>> create_topics(std::span<const NewTopic> asked, bool validate_only,
                                                Deadline) override {
    std::vector<ItemAnswer> answers;
    for (const NewTopic& topic : asked) {
      ItemAnswer& answer = answers.emplace_back();
      for (const auto& [key, value] : topic.configs) {
        if (!known_settings.contains(key)) answer.error = "INVALID_CONFIG: Unknown topic config name: " + key;
      }
      if (answer.error.empty() && refuses_topic) answer.error = refuses_topic(topic);
      if (!answer.error.empty() || validate_only) continue;
      steps.push_back("topic " + topic.name);
      if (!forgets) made[topic.name] = topic;
    }
    return answers;
  }
  Result<std::vector<ItemAnswer>> change_configs(std::span<const ConfigChange> changes, bool validate_only,
                                                 Deadline) override {
    if (validate_only) return std::vector<ItemAnswer>(changes.size());
    for (const ConfigChange& change : changes) {
      steps.push_back("settings of " + change.topic);
      for (const auto& [key, value] : change.settings) {
        if (value) {
          made[change.topic].configs[key] = *value;
        } else {
          made[change.topic].configs.erase(key);
        }
      }
    }
    return std::vector<ItemAnswer>(changes.size());
  }
  Result<std::vector<ItemAnswer>> delete_topics(std::span<const std::string>, Deadline) override {
    return not_asked();
  }
  Result<std::optional<std::set<Acl>>> acls(Deadline) override { return rules; }
  Result<std::vector<ItemAnswer>> create_acls(std::span<const Acl> asked, Deadline) override {
    std::vector<ItemAnswer> answers;
    for (const Acl& acl : asked) {
      ItemAnswer& answer = answers.emplace_back();
      if (refuses_acl) answer.error = refuses_acl(acl);
      if (!answer.error.empty()) continue;
      steps.push_back(acl.rule());
      rules->insert(acl);
    }
    return answers;
  }
  Result<std::optional<std::map<QuotaEntity, QuotaValues>>> quotas(Deadline) override { return limits; }
  Result<std::vector<ItemAnswer>> change_quotas(std::span<const QuotaChange> changes, Deadline) override {
    for (const QuotaChange& change : changes) {
      steps.push_back("quota " + quota_name(change.entity));
      for (const auto& [key, value] : change.values) {
        if (value) {
          limits[change.entity][key] = *value;
        } else {
          limits[change.entity].erase(key);
        }
      }
    }
    return std::vector<ItemAnswer>(changes.size());
  }
  Result<std::optional<std::set<ScramUser>>> scram_users(Deadline) override { return logins; }
  Result<Settings> broker_settings(const std::string& broker, Deadline) override { return dynamic[broker]; }
  Result<ItemAnswer> change_broker_settings(const std::string& broker,
                                            const std::map<std::string, std::optional<std::string>>& settings,
                                            Deadline) override {
    for (const auto& [key, value] : settings) {
      steps.push_back("broker " + broker + " " + key);
      dynamic[broker][key] = value.value_or("");
    }
    return ItemAnswer();
  }

 private:
  static tl::unexpected<Error> not_asked() {
    return fail(Outcome::kFail, "ask the scripted cluster: not of this");
  }
};

}  // namespace arkive::kafka::test
