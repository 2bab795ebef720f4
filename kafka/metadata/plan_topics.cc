#include "kafka/metadata/plan_topics.h"

#include <algorithm>

namespace arkive::kafka {
namespace {

bool any_covers(const std::vector<Glob>& globs, const std::string& name) {
  return std::any_of(globs.begin(), globs.end(), [&](const Glob& glob) { return glob.covers(name); });
}

std::string partitions_text(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " partition" : " partitions");
}

std::string text_of(const Settings& settings) {
  std::string text;
  for (const auto& [key, value] : settings) text += ", " + key + "=" + value;
  return text;
}

std::size_t replication_factor(const TopicDescription& topic) {
  std::size_t most = 0;
  for (const auto& [partition, replicas] : topic.replicas) most = std::max(most, replicas.size());
  return most;
}

// Partitions 0, 1, 2, ... with a replica each: all others no request can say.
bool is_well_formed(const TopicDescription& topic) {
  std::int32_t next = 0;
  for (const auto& [partition, replicas] : topic.replicas) {
    if (partition != next++ || replicas.empty()) return false;
  }
  return next > 0;
}

bool all_live(const TopicDescription& topic, const std::set<std::int32_t>& brokers) {
  return std::all_of(topic.replicas.begin(), topic.replicas.end(), [&](const auto& partition) {
    return std::all_of(partition.second.begin(), partition.second.end(),
                       [&](std::int32_t id) { return brokers.contains(id); });
  });
}

void plan_new(MetadataItem& item, const TopicDescription& topic, const LiveMetadata& live,
              const MetadataOptions& options) {
  const std::size_t factor = options.replication_factor
                                 ? static_cast<std::size_t>(*options.replication_factor)
                                 : replication_factor(topic);
  item.what = partitions_text(topic.replicas.size()) + ", replication factor " + std::to_string(factor) +
              text_of(topic.settings);
  if (!is_well_formed(topic)) {
    item.action = MetadataAction::kCannot;
    item.reason = "its partitions are not numbered from 0 on, or one has no replica";
    return;
  }
  if (factor > live.brokers.size()) {
    item.action = MetadataAction::kCannot;
    item.reason = "its replication factor is " + std::to_string(factor) + ", the cluster has " +
                  std::to_string(live.brokers.size()) + (live.brokers.size() == 1 ? " broker" : " brokers") +
                  ": say --replication-factor";
    return;
  }
  NewTopic made;
  made.name = item.name.substr(std::string_view("topic/").size());
  made.partitions = static_cast<std::int32_t>(topic.replicas.size());
  made.replication_factor = static_cast<std::int16_t>(factor);
  if (!options.replication_factor && all_live(topic, live.brokers)) {
    for (const auto& [partition, replicas] : topic.replicas) made.assignment.push_back(replicas);
  }
  made.configs = topic.settings;
  item.action = MetadataAction::kCreate;
  item.change = std::move(made);
}

// Compares a topic that both have; settings that the cluster does not know become items of their own.
void plan_existing(MetadataPlan& plan, MetadataItem item, const std::string& name,
                   const TopicDescription& topic, const LiveTopic& live, const MetadataOptions& options) {
  if (!live.error.empty()) {
    item.action = MetadataAction::kCannot;
    item.reason = "it is there and cannot be compared: " + live.error;
    return plan.items.push_back(std::move(item));
  }
  ConfigChange change{name, {}};
  std::string differences;
  const auto differs = [&](const std::string& key, const std::string& theirs, const std::string& ours) {
    differences += (differences.empty() ? "" : "; ") + key + " is " + theirs + ", in the dump " + ours;
  };
  for (const auto& [key, value] : topic.settings) {
    if (!live.known.contains(key)) {
      plan.items.push_back({MetadataAction::kCannot,
                            item.name + "/" + key,
                            value,
                            "the cluster's version does not know this setting",
                            {}});
      continue;
    }
    const auto found = live.settings.find(key);
    if (found != live.settings.end() && found->second == value) continue;
    differs(key, found == live.settings.end() ? "not set" : found->second, value);
    change.settings[key] = value;
  }
  for (const auto& [key, value] : live.settings) {
    if (topic.settings.contains(key)) continue;
    differs(key, value, "not set");
    change.settings[key] = std::nullopt;
  }
  const bool other_size = static_cast<std::size_t>(live.partitions) != topic.replicas.size();
  if (other_size) {
    differs("partitions", std::to_string(live.partitions), std::to_string(topic.replicas.size()));
  }
  item.what = partitions_text(topic.replicas.size()) + text_of(topic.settings);
  item.reason = differences;
  const bool named = any_covers(options.overwrite, item.name);
  if (differences.empty()) {
    item.action = MetadataAction::kSame;
  } else if (named && !other_size) {
    item.action = MetadataAction::kOverwrite;
    item.change = std::move(change);
  } else {
    item.action = MetadataAction::kKeep;
    if (named) item.reason += " (a restore never adds or takes partitions)";
  }
  plan.items.push_back(std::move(item));
}

}  // namespace

bool is_internal_topic(std::string_view name) {
  return name == "__consumer_offsets" || name == "__transaction_state" || name == "__share_group_state";
}

bool is_wanted_topic(const MetadataOptions& options, const std::string& topic) {
  const auto matches = [&](const Glob& glob) { return glob.matches(topic); };
  return (options.topics.empty() || std::any_of(options.topics.begin(), options.topics.end(), matches)) &&
         std::none_of(options.exclude_topics.begin(), options.exclude_topics.end(), matches);
}

void plan_topics(MetadataPlan& plan, const ClusterMetadata& wanted, const LiveMetadata& live,
                 const MetadataOptions& options) {
  for (const auto& [name, topic] : wanted.topics) {
    if (!is_wanted_topic(options, name)) continue;
    MetadataItem item;
    item.name = "topic/" + name;
    const auto found = live.topics.find(name);
    if (is_internal_topic(name) && !options.internal_topics) {
      item.action = MetadataAction::kLeftOut;
      item.reason = "brokers make it themselves; --internal-topics makes it with the dump's " +
                    partitions_text(topic.replicas.size());
    } else if (topic.deletion_ordered) {
      item.action = MetadataAction::kCannot;
      item.reason = "its deletion had been ordered when it was dumped: make it by hand if it is wanted";
    } else if (found != live.topics.end()) {
      plan_existing(plan, std::move(item), name, topic, found->second, options);
      continue;
    } else {
      plan_new(item, topic, live, options);
    }
    plan.items.push_back(std::move(item));
  }
}

}  // namespace arkive::kafka
