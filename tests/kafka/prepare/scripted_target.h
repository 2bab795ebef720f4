/// A cluster in memory whose topics can be made and configured, as LogSource and TopicAdmin.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "kafka/prepare/prepare.h"

namespace arkive::kafka::test {

inline constexpr std::string_view kLimitRefusal =
    "POLICY_VIOLATION: Config property 'max.message.bytes' exceeded max limit of 8388608";

struct ScriptedTarget final : public LogSource, public TopicAdmin {
  struct Topic {
    std::size_t partitions = 1;
    std::size_t in_sync = 3;
    std::map<std::string, std::string> own;
    std::int64_t records = 0;
    std::string error;
  };
  int brokers = 3;
  std::map<std::string, std::string> defaults = {{"retention.ms", "604800000"},
                                                 {"retention.bytes", "-1"},
                                                 {"cleanup.policy", "delete"},
                                                 {"max.message.bytes", "1048588"},
                                                 {"message.timestamp.type", "CreateTime"},
                                                 {"message.timestamp.before.max.ms", "9223372036854775807"},
                                                 {"message.timestamp.after.max.ms", "3600000"},
                                                 {"min.insync.replicas", "1"},
                                                 {"compression.type", "producer"},
                                                 {"remote.storage.enable", "false"},
                                                 {"segment.ms", "604800000"}};
  std::map<std::string, Topic> topics_by_name;
  std::vector<GroupFacts> all_groups;
  std::string groups_refusal;
  std::vector<BrokerSpace> spaces;
  std::set<std::string> not_writable;
  std::set<std::string> not_configurable;
  bool limit_is_kept = false;  ///< by a policy: no topic gets another max.message.bytes than 8388608 or less
  std::string refusal;         ///< of every topic to be made
  int fail_at = 0;             ///< the change of this number, from 1, is lost with its answer
  bool applied = false;        ///< though the failing change was carried out
  int changes = 0;

  std::string_view name() const override { return "scripted"; }
  Result<ClusterFacts> cluster(Deadline) override {
    ClusterFacts facts;
    facts.cluster_id = "target";
    for (int id = 1; id <= brokers; ++id) facts.brokers.push_back({id, "broker", 9092, ""});
    return facts;
  }
  Result<std::vector<TopicFacts>> topics(Deadline) override {
    std::vector<TopicFacts> all;
    for (const auto& [topic, state] : topics_by_name) {
      TopicFacts& facts = all.emplace_back();
      facts.name = topic;
      facts.error = state.error;
      for (std::size_t i = 0; i < state.partitions; ++i) {
        facts.partitions.push_back(
            {static_cast<std::int32_t>(i), 1, 0, {}, std::vector<std::int32_t>(state.in_sync, 1)});
      }
    }
    return all;
  }
  Result<std::vector<PartitionOffsets>> offsets(std::span<const TopicPartition> partitions,
                                                Deadline) override {
    std::vector<PartitionOffsets> all;
    for (const TopicPartition& one : partitions) {
      const std::int64_t end = topics_by_name.at(one.topic).records;
      all.push_back({0, end, end, ""});
    }
    return all;
  }
  Result<std::vector<std::int64_t>> offsets_at(std::span<const TopicPartition>, UnixMilliseconds,
                                               Deadline) override {
    return fail(Outcome::kFail, "not scripted");
  }
  Result<std::optional<LeaderEpochStart>> end_of_epoch(const TopicPartition&, std::int32_t,
                                                       Deadline) override {
    return fail(Outcome::kFail, "not scripted");
  }
  Result<std::vector<TopicConfigs>> topic_configs(std::span<const std::string> names, Deadline) override {
    std::vector<TopicConfigs> all;
    for (const std::string& topic : names) {
      TopicConfigs& configs = all.emplace_back();
      configs.topic = topic;
      const auto& own = topics_by_name.at(topic).own;
      for (const auto& [key, value] : defaults) {
        const auto found = own.find(key);
        configs.entries.push_back(found == own.end()
                                      ? ConfigEntry{key, value, "DEFAULT_CONFIG", false}
                                      : ConfigEntry{key, found->second, "DYNAMIC_TOPIC_CONFIG", false});
      }
    }
    return all;
  }
  Result<std::vector<GroupFacts>> groups(Deadline) override {
    if (!groups_refusal.empty()) return fail(Outcome::kDenied, groups_refusal);
    return all_groups;
  }
  Result<std::vector<std::optional<bool>>> may_write(std::span<const std::string> names, Deadline) override {
    std::vector<std::optional<bool>> all;
    for (const std::string& topic : names) all.emplace_back(!not_writable.contains(topic));
    return all;
  }
  Result<std::vector<BrokerSpace>> free_space(Deadline) override { return spaces; }
  Result<std::unique_ptr<LogFetcher>> open_fetcher(std::int32_t, Deadline) override {
    return fail(Outcome::kFail, "not scripted");
  }

  Result<std::vector<ItemAnswer>> create_topics(std::span<const NewTopic> wanted, bool validate_only,
                                                Deadline) override {
    const bool is_lost = !validate_only && ++changes == fail_at;
    if (is_lost && !applied) return fail(Outcome::kRetry, "make topics: lost");
    std::vector<ItemAnswer> answers;
    for (const NewTopic& topic : wanted) {
      ItemAnswer& answer = answers.emplace_back();
      if (!refusal.empty()) answer = {refusal, Outcome::kDenied};
      const auto limit = topic.configs.find("max.message.bytes");
      if (limit_is_kept && limit != topic.configs.end() && limit->second.size() > 7) {
        answer = {std::string(kLimitRefusal), Outcome::kUsage};
      }
      for (const auto& [key, value] : topic.configs) {
        if (!defaults.contains(key)) {
          answer = {"INVALID_CONFIG: Unknown topic config name: " + key, Outcome::kUsage};
        }
      }
      if (!answer.error.empty() || validate_only) continue;
      topics_by_name[topic.name] = {static_cast<std::size_t>(topic.partitions),
                                    static_cast<std::size_t>(topic.replication_factor), topic.configs, 0, ""};
    }
    if (is_lost) return fail(Outcome::kRetry, "make topics: lost");
    return answers;
  }
  Result<std::vector<ItemAnswer>> change_configs(std::span<const ConfigChange> wanted, bool validate_only,
                                                 Deadline) override {
    if (validate_only) return refused_changes(wanted);
    const bool is_lost = ++changes == fail_at;
    if (is_lost && !applied) return fail(Outcome::kRetry, "change settings: lost");
    for (const ConfigChange& change : wanted) {
      auto& own = topics_by_name.at(change.topic).own;
      for (const auto& [key, value] : change.settings) {
        if (value) {
          own[key] = *value;
        } else {
          own.erase(key);
        }
      }
    }
    if (is_lost) return fail(Outcome::kRetry, "change settings: lost");
    return std::vector<ItemAnswer>(wanted.size());
  }
  Result<std::vector<ItemAnswer>> delete_topics(std::span<const std::string>, Deadline) override {
    return fail(Outcome::kFail, "nothing may be deleted");
  }

 private:
  std::vector<ItemAnswer> refused_changes(std::span<const ConfigChange> wanted) const {
    std::vector<ItemAnswer> answers;
    for (const ConfigChange& change : wanted) {
      ItemAnswer& answer = answers.emplace_back();
      if (not_configurable.contains(change.topic)) {
        answer = {"TOPIC_AUTHORIZATION_FAILED", Outcome::kDenied};
      } else if (limit_is_kept && change.settings.contains("max.message.bytes")) {
        answer = {std::string(kLimitRefusal), Outcome::kUsage};
      }
    }
    return answers;
  }
};

/// An archived topic of one partition with one segment of 1970.
inline ArchivedTopic archived_topic(const std::map<std::string, std::string>& configs, int replicas = 3) {
  ArchivedTopic topic;
  topic.name = "orders";
  for (const auto& [key, value] : configs) {
    topic.configs.push_back({key, value, "DYNAMIC_TOPIC_CONFIG", false});
  }
  ArchivedPartition& partition = topic.partitions.emplace_back();
  for (int id = 1; id <= replicas; ++id) partition.replicas.push_back(id);
  ArchivedSegment& segment = partition.segments.emplace_back();
  segment.next_offset = 10;
  segment.bytes = 5000;
  segment.least_base_timestamp = 1000;
  segment.max_timestamp = 10'000;
  return topic;
}

}  // namespace arkive::kafka::test
