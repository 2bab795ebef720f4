#include <algorithm>
#include <cstdint>

#include "kafka/prepare/findings_internal.h"

namespace arkive::kafka {
namespace {

using preparing::TargetSettings;
using preparing::topic_object;
using preparing::Values;

// Enough to meet a topic that sets none of the settings itself.
constexpr std::size_t kTellingTopics = 50;

class Inspection {
 public:
  Inspection(const PrepareOptions& options, LogSource& target, TopicAdmin* admin, Deadline deadline)
      : options_(options), target_(target), admin_(admin), deadline_(deadline) {}

  Result<Preparation> run(std::span<const WantedTopic> topics) {
    ARKIVE_ASSIGN(const ClusterFacts cluster, target_.cluster(deadline_));
    done_.cluster_id = cluster.cluster_id;
    brokers_ = cluster.brokers.size();
    ARKIVE_ASSIGN(const auto live, target_.topics(deadline_));
    for (const TopicFacts& one : live) live_[one.name] = &one;
    ARKIVE_TRY(learn(topics));
    std::set<std::string> names;
    for (const WantedTopic& topic : topics) {
      names.insert(topic.target);
      if (topic.target == "__consumer_offsets" || topic.target == "__transaction_state") {
        refuse(topic.target, "its records are the brokers' own state and mean nothing when replayed",
               "leave it out; groups are restored by arkive restore groups");
        continue;
      }
      const auto found = live_.find(topic.target);
      if (found == live_.end()) {
        look_at_missing(topic);
      } else {
        ARKIVE_TRY(look_at_existing(topic, *found->second));
      }
    }
    if (admin_ != nullptr) {
      ARKIVE_TRY(preparing::ask_controller(done_, options_, target_settings_.defaults, *admin_, deadline_));
    }
    ARKIVE_TRY(look_at_rights());
    ARKIVE_TRY(look_at_room());
    ARKIVE_TRY(look_at_groups(names));
    preparing::tell_operators(options_.operator_znodes, live, done_.findings);
    preparing::tell_raised(done_.settings, options_.keep_raised, done_.findings);
    std::stable_sort(done_.findings.begin(), done_.findings.end(),
                     [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
    return std::move(done_);
  }

 private:
  void refuse(const std::string& topic, std::string cause, std::string advice) {
    done_.findings.push_back({Severity::kRefuse, topic_object(topic), std::move(cause), std::move(advice)});
  }
  void warn(const std::string& topic, std::string cause, std::string advice) {
    done_.findings.push_back({Severity::kWarn, topic_object(topic), std::move(cause), std::move(advice)});
  }

  Status learn(std::span<const WantedTopic> topics) {
    std::vector<std::string> names;
    for (const WantedTopic& topic : topics) {
      const auto found = live_.find(topic.target);
      if (found != live_.end() && found->second->error.empty()) names.push_back(topic.target);
    }
    std::size_t others = 0;
    for (const auto& [name, facts] : live_) {
      if (!facts->error.empty() || std::find(names.begin(), names.end(), name) != names.end()) continue;
      if (others++ == kTellingTopics) break;
      names.push_back(name);
    }
    if (names.empty()) return ok();
    ARKIVE_ASSIGN(auto all, target_.topic_configs(names, deadline_));
    for (TopicConfigs& configs : all) {
      if (configs.error.empty()) target_settings_.learn(configs);
      configs_[configs.topic] = std::move(configs);
    }
    return ok();
  }

  /// Of topics that are made nobody knows it before.
  Status look_at_rights() {
    ARKIVE_ASSIGN(const auto answers, target_.may_write(existing_, deadline_));
    for (std::size_t i = 0; i < existing_.size(); ++i) {
      if (answers[i].value_or(true)) continue;
      refuse(existing_[i], "this user may not write to it",
             "allow it (kafka-acls.sh --operation Write), or "
             "use another user");
    }
    return ok();
  }

  Status look_at_room() {
    ARKIVE_ASSIGN(const auto spaces, target_.free_space(deadline_));
    preparing::tell_room(spaces, brokers_, bytes_, done_.findings);
    return ok();
  }

  Status look_at_groups(const std::set<std::string>& names) {
    const auto groups = target_.groups(deadline_);
    if (groups) {
      preparing::tell_groups(*groups, names, done_.findings);
    } else if (groups.error().outcome == Outcome::kDenied) {
      done_.findings.push_back({Severity::kWarn, "groups",
                                "who consumes is not known: " + groups.error().what,
                                "see that no consumer is at work that is not to read what is replayed"});
    } else {
      return fail(groups.error());
    }
    return ok();
  }

  /// The archived settings that the target is given.
  Values archived_settings(const WantedTopic& topic) {
    Values values;
    for (const ConfigEntry& entry : topic.archived->configs) {
      // Of a reassignment that was under way.
      if (entry.name.ends_with("replication.throttled.replicas")) continue;
      if (!entry.value) {
        warn(topic.target, entry.name + " is not restored: its value is sensitive and not in the archive",
             "set it by hand");
      } else if (!target_settings_.known.empty() && !target_settings_.known.contains(entry.name)) {
        preparing::tell_unknown(topic.target, entry, "the target's Kafka does not know it", options_,
                                done_.findings);
      } else {
        values[entry.name] = *entry.value;
      }
    }
    return values;
  }

  std::int16_t replicas_of(const WantedTopic& topic) {
    std::size_t replicas = 1;
    for (const ArchivedPartition& one : topic.archived->partitions) {
      replicas = std::max(replicas, one.replicas.size());
    }
    const bool is_asked_for = topic.replication_factor > 0;
    if (is_asked_for) replicas = static_cast<std::size_t>(topic.replication_factor);
    if (replicas <= brokers_) return static_cast<std::int16_t>(replicas);
    const std::string cause = std::to_string(replicas) + " replicas" +
                              (is_asked_for ? " are asked for" : " in the archive") + ", the target has " +
                              std::to_string(brokers_) + " live brokers";
    if (is_asked_for || !options_.fewer_replicas) {
      refuse(topic.target, cause, "start more brokers, or ask for another replication factor");
    } else {
      warn(topic.target, cause + ": it gets as many", "add replicas when there are more brokers");
    }
    return static_cast<std::int16_t>(brokers_);
  }

  void look_at_missing(const WantedTopic& topic) {
    NewTopic made;
    made.name = topic.target;
    made.partitions = topic.partitions > 0 ? topic.partitions
                                           : static_cast<std::int32_t>(topic.archived->partitions.size());
    made.replication_factor = replicas_of(topic);
    const Values archived = archived_settings(topic);
    Values last = archived;
    last.insert(target_settings_.defaults.begin(), target_settings_.defaults.end());
    TopicSettings settings;
    settings.topic = topic.target;
    Values in_force = last;
    in_force.emplace(preparing::kBatchLimit, "");  // no topic may have told the cluster's default
    settings.raised = target_settings_.known.empty() ? preparing::raised_of_unknown(archived)
                                                     : preparing::raised_of(in_force);
    add_final(archived, settings);
    made.configs = settings.raised;
    made.configs.insert(archived.begin(), archived.end());
    preparing::tell_too_few_in_sync(topic.target, last, static_cast<std::size_t>(made.replication_factor),
                                    done_.findings);
    tell_last(topic, last);
    bytes_ += topic.bytes * static_cast<std::uint64_t>(made.replication_factor);
    done_.made.push_back(std::move(made));
    if (!settings.raised.empty()) done_.settings.push_back(std::move(settings));
  }

  Status look_at_existing(const WantedTopic& topic, const TopicFacts& facts) {
    if (!facts.error.empty()) {
      refuse(topic.target, facts.error, "use a user who may describe, configure and write it");
      return ok();
    }
    const TopicConfigs& configs = configs_.at(topic.target);
    if (!configs.error.empty()) {
      refuse(topic.target, "its settings cannot be read: " + configs.error,
             "use a user who may describe and alter its settings");
      return ok();
    }
    existing_.push_back(topic.target);
    ARKIVE_TRY(look_at_records(topic, facts));
    const std::size_t wanted =
        topic.partitions > 0 ? static_cast<std::size_t>(topic.partitions) : topic.archived->partitions.size();
    if (facts.partitions.size() != wanted) {
      warn(topic.target,
           "it exists with " + std::to_string(facts.partitions.size()) + " partitions instead of " +
               std::to_string(wanted) + ": records are spread over them by key",
           "delete the topic first, if partitions are to stay as they were");
    }
    const Values own = preparing::values_of(configs, true);
    const Values in_force = preparing::values_of(configs, false);
    for (const ConfigEntry& entry : topic.archived->configs) {
      const auto is = in_force.find(entry.name);
      if (!entry.value || is == in_force.end() || is->second == *entry.value) continue;
      warn(topic.target,
           "it exists with " + entry.name + "=" + is->second + ", in the archive it has " + *entry.value,
           "it is left so; set it by hand if it is wanted");
    }
    if (!facts.partitions.empty()) bytes_ += topic.bytes * facts.partitions[0].replicas.size();
    std::size_t in_sync = brokers_;
    for (const PartitionFacts& one : facts.partitions) {
      in_sync = std::min(in_sync, one.in_sync_replicas.size());
      if (one.leader < 0) {
        refuse(topic.target, "partition " + std::to_string(one.partition) + " has no leader",
               "start the brokers that hold it");
      }
    }
    preparing::tell_too_few_in_sync(topic.target, in_force, in_sync, done_.findings);
    tell_null_keys(topic, in_force);
    tell_last(topic, in_force);
    TopicSettings settings;
    settings.topic = topic.target;
    settings.raised = preparing::raised_of(in_force);
    add_final(own, settings);
    if (options_.leave_existing) {
      preparing::tell_not_raised(settings, done_.findings);
      if (settings.raised.contains(preparing::kBatchLimit)) {
        preparing::tell_batch_limit(topic.target, in_force.at(preparing::kBatchLimit), done_.findings);
      }
      return ok();
    }
    if (!settings.raised.empty()) done_.settings.push_back(std::move(settings));
    return ok();
  }

  Status look_at_records(const WantedTopic& topic, const TopicFacts& facts) {
    std::vector<TopicPartition> partitions;
    for (const PartitionFacts& one : facts.partitions) partitions.push_back({topic.target, one.partition});
    ARKIVE_ASSIGN(const auto offsets, target_.offsets(partitions, deadline_));
    std::int64_t records = 0;
    for (const PartitionOffsets& one : offsets) {
      if (!one.error.empty()) {
        refuse(topic.target, "its offsets cannot be read: " + one.error, "see that its leaders are there");
        return ok();
      }
      records += one.high_watermark - one.log_start;
    }
    if (records == 0) return ok();
    const std::string cause = "it exists and holds " + std::to_string(records) + " offsets";
    if (options_.append) {
      warn(topic.target, cause + ": what is replayed comes behind them", "");
    } else {
      refuse(topic.target, cause, "restore to another name, delete the topic, or allow appending");
    }
    return ok();
  }

  void tell_null_keys(const WantedTopic& topic, const Values& in_force) {
    const auto policy = in_force.find("cleanup.policy");
    if (policy == in_force.end() || policy->second.find("compact") == std::string::npos) return;
    for (const ConfigEntry& entry : topic.archived->configs) {
      if (entry.name == "cleanup.policy" && entry.value &&
          entry.value->find("compact") != std::string::npos) {
        return;
      }
    }
    warn(topic.target, "it is compacted and the archived topic was not: brokers refuse records without key",
         "restore to another name, or set cleanup.policy=delete, if there may be such records");
  }

  void tell_last(const WantedTopic& topic, const Values& last) {
    preparing::tell_settings(topic.target, last, done_.findings);
    preparing::tell_segment_limit(topic.target, *topic.archived, last, done_.findings);
    if (!options_.keep_raised) {
      preparing::tell_expiring(topic.target, *topic.archived, last, wall_clock_now(), done_.findings);
    }
  }

  static void add_final(const Values& own, TopicSettings& settings) {
    for (const auto& [name, value] : settings.raised) {
      const auto found = own.find(name);
      settings.final[name] = found == own.end() ? std::nullopt : std::optional<std::string>(found->second);
    }
  }

  const PrepareOptions& options_;
  LogSource& target_;
  TopicAdmin* admin_;
  Deadline deadline_;
  std::size_t brokers_ = 0;
  std::map<std::string, const TopicFacts*> live_;
  std::map<std::string, TopicConfigs> configs_;  ///< of those that were asked for
  std::vector<std::string> existing_;            ///< of what is asked for
  std::uint64_t bytes_ = 0;                      ///< that are to come, all replicas together
  TargetSettings target_settings_;
  Preparation done_;
};

}  // namespace

Result<Preparation> inspect(std::span<const WantedTopic> topics, const PrepareOptions& options,
                            LogSource& target, TopicAdmin* admin, Deadline deadline) {
  return Inspection(options, target, admin, deadline).run(topics);
}

}  // namespace arkive::kafka
