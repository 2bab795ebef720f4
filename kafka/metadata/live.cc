#include "kafka/metadata/live.h"

#include <charconv>

#include "stores/core/bytes.h"

namespace arkive::kafka {
namespace {

/// Adds what the question needs to a refusal.
template <class T>
Result<T> asked(Result<T> answer, const char* needs) {
  if (!answer && answer.error().outcome == Outcome::kDenied && answer.error().hint.empty()) {
    Error error = std::move(answer).error();
    error.hint = std::string("nothing was changed; the restore needs ") + needs;
    return fail(std::move(error));
  }
  return answer;
}

Status read_topics(LiveMetadata& live, const ClusterMetadata& wanted, LogSource& source,
                   std::chrono::milliseconds patience) {
  ARKIVE_ASSIGN(const auto topics, source.topics(Deadline::after(patience)));
  std::vector<std::string> both;
  for (const TopicFacts& topic : topics) {
    LiveTopic& of_topic = live.topics[topic.name];
    of_topic.partitions = static_cast<std::int32_t>(topic.partitions.size());
    of_topic.error = topic.error;
    if (wanted.topics.contains(topic.name)) both.push_back(topic.name);
  }
  if (both.empty()) return ok();
  ARKIVE_ASSIGN(const auto configs, source.topic_configs(both, Deadline::after(patience)));
  for (const TopicConfigs& of_topic : configs) {
    LiveTopic& topic = live.topics[of_topic.topic];
    if (topic.error.empty()) topic.error = of_topic.error;
    for (const ConfigEntry& entry : of_topic.entries) {
      topic.known.insert(entry.name);
      if (entry.source == "DYNAMIC_TOPIC_CONFIG") topic.settings[entry.name] = entry.value.value_or("");
    }
  }
  return ok();
}

Status read_broker_settings(LiveMetadata& live, const ClusterMetadata& wanted, MetadataAdmin& admin,
                            std::chrono::milliseconds patience) {
  for (const auto& [broker, settings] : wanted.broker_settings) {
    std::int32_t id = -1;
    (void)std::from_chars(broker.data(), broker.data() + broker.size(), id);
    if (!broker.empty() && !live.brokers.contains(id)) continue;
    ARKIVE_ASSIGN(live.broker_settings[broker],
                  asked(admin.broker_settings(broker, Deadline::after(patience)),
                        "DescribeConfigs on the cluster, or leave configs out with --only"));
  }
  return ok();
}

}  // namespace

Result<LiveMetadata> read_live_metadata(const ClusterMetadata& wanted, const MetadataParts& parts,
                                        LogSource& source, MetadataAdmin& admin,
                                        std::chrono::milliseconds patience) {
  LiveMetadata live;
  ARKIVE_ASSIGN(const ClusterFacts cluster, source.cluster(Deadline::after(patience)));
  for (const BrokerFacts& broker : cluster.brokers) live.brokers.insert(broker.id);
  if (parts.topics) ARKIVE_TRY(read_topics(live, wanted, source, patience));
  if (parts.configs) ARKIVE_TRY(read_broker_settings(live, wanted, admin, patience));
  if (parts.acls && !wanted.acls.empty()) {
    ARKIVE_ASSIGN(auto acls, asked(admin.acls(Deadline::after(patience)),
                                   "Describe and Alter on the cluster, or leave acls out with --only"));
    live.has_authorizer = acls.has_value();
    if (acls) live.acls = std::move(*acls);
  }
  if (parts.quotas && !wanted.quotas.empty()) {
    ARKIVE_ASSIGN(live.quotas,
                  asked(admin.quotas(Deadline::after(patience)),
                        "DescribeConfigs and AlterConfigs on the cluster, or leave quotas out with --only"));
  }
  if (parts.acls && !wanted.scram_users.empty()) {
    auto users = admin.scram_users(Deadline::after(patience));
    // Users are only looked at; without the right to, all of them are named.
    if (users) {
      live.scram_users = std::move(*users);
    } else if (users.error().outcome != Outcome::kDenied) {
      return fail(std::move(users).error());
    }
  }
  return live;
}

}  // namespace arkive::kafka
