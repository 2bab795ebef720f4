#include "kafka/replay/make_topics.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "kafka/replay/held_settings.h"
#include "stores/core/retry.h"
#include "stores/core/time.h"

namespace arkive::kafka {
namespace {

constexpr std::string_view kMostBytes = "max.message.bytes";
constexpr std::string_view kLeastInSync = "min.insync.replicas";

std::optional<std::int32_t> number(std::string_view text) {
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

class Making {
 public:
  Making(ReplayDraft& draft, TopicAdmin* admin, LogSource& source, const MakeTopics& wish, Deadline deadline)
      : draft_(draft), admin_(admin), source_(source), wish_(wish), deadline_(deadline) {}

  Status run() {
    ARKIVE_ASSIGN(const ClusterFacts cluster, source_.cluster(deadline_));
    brokers_ = static_cast<std::int32_t>(cluster.brokers.size());
    std::vector<NewTopic> wanted;
    for (DraftTopic& topic : draft_.topics) {
      if (topic.exists) continue;
      ARKIVE_ASSIGN(NewTopic made, new_topic(topic));
      wanted.push_back(std::move(made));
    }
    if (wanted.empty()) return wish_.validate_only ? ok() : read_limits();
    if (admin_ == nullptr) {
      return fail(Outcome::kNotFound, "restore topic '" + wanted.front().name + "': the cluster has none",
                  "create it, with as many partitions as the archive's");
    }
    ARKIVE_TRY(create(wanted, true));
    if (wish_.validate_only) return ok();
    HeldSettings held;
    for (NewTopic& topic : wanted) {
      if (Settings before = hold_settings(topic.configs); !before.empty()) {
        held[topic.name] = std::move(before);
      }
    }
    ARKIVE_TRY(keep_held_settings(wish_.journal_directory, held));
    ARKIVE_TRY(create(wanted, false));
    ARKIVE_TRY(wait_for_leaders());
    return read_limits();
  }

 private:
  Result<NewTopic> new_topic(const DraftTopic& topic) {
    NewTopic made;
    made.name = topic.plan.target;
    made.partitions = static_cast<std::int32_t>(topic.plan.begin.size());
    std::size_t replicas = 1;
    for (const ArchivedPartition& one : topic.archived.partitions) {
      replicas = std::max(replicas, one.replicas.size());
    }
    auto factor = wish_.replication_factor.value_or(static_cast<std::int16_t>(replicas));
    if (!wish_.replication_factor && factor > brokers_) {
      draft_.notes.push_back("topic " + made.name + " has " + std::to_string(factor) +
                             " replicas in the archive and gets " + std::to_string(brokers_) +
                             ": there are no more brokers");
      factor = static_cast<std::int16_t>(brokers_);
    }
    made.replication_factor = factor;
    for (const ConfigEntry& entry : topic.archived.configs) {
      if (entry.name.ends_with("replication.throttled.replicas")) continue;  // of a reassignment under way
      if (entry.value) {
        made.configs[entry.name] = *entry.value;
      } else {
        draft_.notes.push_back("topic " + made.name + ": " + entry.name +
                               " is not restored: its value is not in the archive");
      }
    }
    const auto retention = made.configs.find("retention.ms");
    if (retention != made.configs.end()) note_retention(topic, retention->second);
    const auto least = made.configs.find(std::string(kLeastInSync));
    if (least != made.configs.end() && number(least->second).value_or(1) > factor) {
      return fail(Outcome::kConflict,
                  "restore topic '" + made.name + "': with " + std::to_string(factor) + " replicas and " +
                      std::string(kLeastInSync) + " " + least->second + " nothing could be written to it",
                  "raise --replication-factor, or start more brokers");
    }
    return made;
  }

  Status create(const std::vector<NewTopic>& wanted, bool validate_only) {
    ARKIVE_ASSIGN(const std::vector<ItemAnswer> answers,
                  admin_->create_topics(wanted, validate_only, deadline_));
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (answers[i].error.empty()) continue;
      return fail(answers[i].outcome, "create topic '" + wanted[i].name + "': " + answers[i].error,
                  "create it as it may be, and run the same command again");
    }
    return ok();
  }

  Status wait_for_leaders() {
    while (true) {
      ARKIVE_ASSIGN(const std::vector<TopicFacts> topics, source_.topics(deadline_));
      std::string missing;
      for (DraftTopic& topic : draft_.topics) {
        const auto facts = std::find_if(topics.begin(), topics.end(),
                                        [&](const TopicFacts& one) { return one.name == topic.plan.target; });
        topic.exists = facts != topics.end() && facts->error.empty() &&
                       facts->partitions.size() == topic.plan.begin.size() &&
                       std::all_of(facts->partitions.begin(), facts->partitions.end(),
                                   [](const PartitionFacts& one) { return one.leader >= 0; });
        if (!topic.exists) missing = topic.plan.target;
      }
      if (missing.empty()) return ok();
      if (deadline_.passed() || !pause_for(std::chrono::milliseconds(100), deadline_)) {
        return fail(Outcome::kRetry, "create topic '" + missing + "': its partitions have no leaders yet");
      }
    }
  }

  // What the topic takes, whoever made it.
  Status read_limits() {
    std::vector<std::string> names;
    for (const DraftTopic& topic : draft_.topics) {
      if (topic.exists) names.push_back(topic.plan.target);
    }
    ARKIVE_ASSIGN(const std::vector<TopicConfigs> all, source_.topic_configs(names, deadline_));
    std::map<std::string, const TopicConfigs*> by_name;
    for (const TopicConfigs& configs : all) by_name[configs.topic] = &configs;
    for (DraftTopic& topic : draft_.topics) {
      const auto configs = by_name.find(topic.plan.target);
      if (configs == by_name.end()) continue;
      for (const ConfigEntry& entry : configs->second->entries) {
        if (!entry.value) continue;
        if (entry.name == kMostBytes) {
          topic.plan.most_batch_bytes = number(*entry.value).value_or(topic.plan.most_batch_bytes);
        }
        if (entry.name == "retention.ms") note_retention(topic, *entry.value);
        if (entry.name == "message.timestamp.type" && *entry.value == "LogAppendTime") {
          draft_.notes.push_back("topic " + topic.plan.target +
                                 " has message.timestamp.type=LogAppendTime: its records get the time of "
                                 "this restore");
        }
      }
    }
    return ok();
  }

  // Brokers look every few minutes, at the youngest record of each segment.
  void note_retention(const DraftTopic& topic, const std::string& value) {
    std::int64_t retention = -1;
    const auto read = std::from_chars(value.data(), value.data() + value.size(), retention);
    if (read.ec != std::errc() || retention < 0) return;
    const UnixMilliseconds oldest = wall_clock_now() - retention;
    for (const ArchivedPartition& partition : topic.archived.partitions) {
      for (const ArchivedSegment& segment : partition.segments) {
        if (segment.least_base_timestamp == kNoTimestamp || segment.least_base_timestamp >= oldest) continue;
        draft_.notes.push_back("topic " + topic.plan.target + ": with retention.ms=" + value +
                               " brokers soon delete records from before " + format_time(oldest) +
                               " again; raise it to keep them");
        return;
      }
    }
  }

  ReplayDraft& draft_;
  TopicAdmin* admin_;
  LogSource& source_;
  const MakeTopics& wish_;
  Deadline deadline_;
  std::int32_t brokers_ = 0;
};

}  // namespace

Status make_topics(ReplayDraft& draft, TopicAdmin* admin, LogSource& source, const MakeTopics& wish,
                   Deadline deadline) {
  return Making(draft, admin, source, wish, deadline).run();
}

}  // namespace arkive::kafka
