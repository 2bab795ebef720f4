#include <algorithm>
#include <array>

#include "kafka/prepare/findings_internal.h"

namespace arkive::kafka::preparing {
namespace {

// Topics that such operators and tools keep their own state in.
constexpr std::array<std::string_view, 3> kOperatorTopics = {"__strimzi_store_topic",
                                                             "__strimzi-topic-operator", "strimzi."};

struct Expiring {
  std::uint64_t segments = 0;
  std::uint64_t bytes = 0;
  UnixMilliseconds oldest = kNoTimestamp;
};

Expiring beyond_age(const ArchivedTopic& topic, UnixMilliseconds oldest_kept) {
  Expiring all;
  for (const ArchivedPartition& partition : topic.partitions) {
    for (const ArchivedSegment& segment : partition.segments) {
      if (segment.generation != partition.generation) continue;
      if (segment.max_timestamp == kNoTimestamp || segment.max_timestamp >= oldest_kept) continue;
      ++all.segments;
      all.bytes += segment.bytes;
      if (all.oldest == kNoTimestamp || segment.max_timestamp < all.oldest) {
        all.oldest = segment.max_timestamp;
      }
    }
  }
  return all;
}

std::uint64_t beyond_size(const ArchivedTopic& topic, std::uint64_t most) {
  std::uint64_t beyond = 0;
  for (const ArchivedPartition& partition : topic.partitions) {
    std::uint64_t bytes = 0;
    for (const ArchivedSegment& segment : partition.segments) {
      if (segment.generation == partition.generation) bytes += segment.bytes;
    }
    if (bytes > most) beyond += bytes - most;
  }
  return beyond;
}

std::string in_the_end(const TopicSettings& settings, const std::string& name) {
  return settings.final.at(name).value_or("the cluster's default");
}

}  // namespace

std::string topic_object(const std::string& topic) {
  return "topic '" + topic + "'";
}

void tell_not_raised(const TopicSettings& settings, Findings& findings) {
  for (const auto& [name, value] : settings.raised) {
    if (name == kBatchLimit) continue;
    std::string cause = name;
    cause.append(" is ").append(in_the_end(settings, name)).append(", not ").append(value);
    cause += ": brokers may delete, compact, change or refuse records while the replay runs";
    findings.push_back({Severity::kWarn, topic_object(settings.topic), std::move(cause), "set it meanwhile"});
  }
}

void tell_raised(const std::vector<TopicSettings>& topics, bool keep_raised, Findings& findings) {
  const std::string advice = keep_raised ? "it stays so until it is put back by hand" : "";
  std::vector<const TopicSettings*> limited;
  for (const TopicSettings& settings : topics) {
    std::string list;
    for (const auto& [name, value] : settings.raised) {
      if (name == kBatchLimit) {
        limited.push_back(&settings);
        continue;
      }
      list.append(list.empty() ? "" : ", ").append(name).append("=").append(value);
      list.append(" (then ").append(in_the_end(settings, name)).append(")");
    }
    if (list.empty()) continue;
    findings.push_back(
        {Severity::kChanged, topic_object(settings.topic), "while the replay runs: " + list, advice});
  }
  if (limited.empty()) return;
  const TopicSettings& first = *limited.front();
  const std::string last = limited.size() == 1 ? in_the_end(first, kBatchLimit) : "what each of them has";
  findings.push_back(
      {Severity::kChanged,
       limited.size() == 1 ? topic_object(first.topic) : std::to_string(limited.size()) + " topics",
       "while the replay runs: " + std::string(kBatchLimit) + "=" + first.raised.at(kBatchLimit) +
           ", so that no record is too large (then " + last + ")",
       advice});
}

void tell_batch_limit(const std::string& topic, const std::optional<std::string>& limit, Findings& findings) {
  findings.push_back({Severity::kWarn, topic_object(topic),
                      std::string(kBatchLimit) + " stays " + limit.value_or("the cluster's default") +
                          ": a record whose batch is larger is left out, and counted",
                      "raise it before, if there may be such records"});
}

void tell_segment_limit(const std::string& topic, const ArchivedTopic& archived, const Values& in_force,
                        Findings& findings) {
  const std::string name = "segment.bytes";
  const auto limit = number_of(in_force, name);
  if (!limit) return;
  // No batch is larger than its segment, and what the topic was made with bounded it at the source too.
  const auto own = number_of(archived.configs, name);
  std::uint64_t largest = 0;
  for (const ArchivedPartition& partition : archived.partitions) {
    for (const ArchivedSegment& segment : partition.segments) {
      if (segment.generation == partition.generation) largest = std::max(largest, segment.bytes);
    }
  }
  if ((own && *own <= *limit) || largest <= static_cast<std::uint64_t>(std::max<std::int64_t>(*limit, 0))) {
    return;
  }
  findings.push_back(
      {Severity::kWarn, topic_object(topic),
       name + " is " + std::to_string(*limit) + ": a record whose batch is larger is left out, and counted",
       "raise it before, if there may be such records"});
}

void tell_unknown(const std::string& topic, const ConfigEntry& setting, const std::string& why,
                  const PrepareOptions& options, Findings& findings) {
  const std::string text = setting.name + "=" + setting.value.value_or("");
  if (options.leave_out_unknown) {
    findings.push_back({Severity::kWarn, topic_object(topic), text + " is left out: " + why, ""});
  } else {
    findings.push_back({Severity::kRefuse, topic_object(topic), "the archived setting " + text + ": " + why,
                        "allow unknown settings to be left out"});
  }
}

void tell_expiring(const std::string& topic, const ArchivedTopic& archived, const Values& last,
                   UnixMilliseconds now, Findings& findings) {
  const auto policy = last.find("cleanup.policy");
  if (policy != last.end() && policy->second.find("delete") == std::string::npos) return;
  const std::string advice = "raise it for good before, if these are to stay";
  const auto age = number_of(last, "retention.ms");
  if (age && *age >= 0) {
    const Expiring all = beyond_age(archived, *age > now ? 0 : now - *age);
    if (all.segments > 0) {
      findings.push_back({Severity::kWarn, topic_object(topic),
                          std::to_string(all.segments) + " segments with " + std::to_string(all.bytes) +
                              " bytes of the archive, the oldest of " + format_time(all.oldest) +
                              ", are older than retention.ms=" + std::to_string(*age) +
                              ": brokers delete such records once it is put back",
                          advice});
    }
  }
  const auto size = number_of(last, "retention.bytes");
  if (size && *size >= 0) {
    const std::uint64_t bytes = beyond_size(archived, static_cast<std::uint64_t>(*size));
    if (bytes > 0) {
      findings.push_back({Severity::kWarn, topic_object(topic),
                          "the archive is " + std::to_string(bytes) + " bytes above retention.bytes=" +
                              std::to_string(*size) + ": brokers delete the oldest once it is put back",
                          advice});
    }
  }
}

void tell_settings(const std::string& topic, const Values& last, Findings& findings) {
  const auto is = [&](const std::string& name, std::string_view value) {
    const auto found = last.find(name);
    return found != last.end() && found->second == value;
  };
  if (is("remote.storage.enable", "true")) {
    findings.push_back({Severity::kWarn, topic_object(topic),
                        "remote.storage.enable=true: what is replayed goes to the target's remote storage "
                        "anew, and local.retention.* then deletes it from brokers",
                        "see that the target's remote storage is not the source's"});
  }
  const auto format = last.find("message.format.version");
  if (format != last.end() && (format->second.starts_with("0.") || format->second.starts_with("0_"))) {
    findings.push_back({Severity::kWarn, topic_object(topic),
                        "message.format.version=" + format->second +
                            ": brokers write record batches in the older format, without headers",
                        "remove this setting on the target"});
  }
}

void tell_too_few_in_sync(const std::string& topic, const Values& last, std::size_t replicas,
                          Findings& findings) {
  const auto least = number_of(last, "min.insync.replicas");
  if (!least || *least <= static_cast<std::int64_t>(replicas)) return;
  findings.push_back({Severity::kRefuse, topic_object(topic),
                      "min.insync.replicas=" + std::to_string(*least) + " with " + std::to_string(replicas) +
                          " replicas in sync: nothing could be written",
                      "start more brokers, ask for more replicas, or lower min.insync.replicas"});
}

void tell_room(const std::vector<BrokerSpace>& spaces, std::size_t brokers, std::uint64_t bytes,
               Findings& findings) {
  if (spaces.size() < brokers) return;
  std::uint64_t usable = 0;
  for (const BrokerSpace& one : spaces) usable += one.usable;
  const bool is_too_much = bytes > usable;
  // Brokers stop when a disk is full, and partitions do not spread evenly.
  if (!is_too_much && bytes < usable / 10 * 9) return;
  findings.push_back({is_too_much ? Severity::kRefuse : Severity::kWarn, "brokers",
                      "with their replicas the topics need about " + human_size(bytes) + ", and " +
                          human_size(usable) + " are free on all their disks",
                      "give the brokers room, or restore fewer topics, records or replicas"});
}

void tell_groups(const std::vector<GroupFacts>& groups, const std::set<std::string>& topics,
                 Findings& findings) {
  for (const GroupFacts& group : groups) {
    if (group.members <= 0 || group.state == "Empty" || group.state == "Dead") continue;
    std::set<std::string> read;
    for (const CommittedOffset& offset : group.offsets) {
      if (topics.contains(offset.partition.topic)) read.insert(offset.partition.topic);
    }
    if (read.empty()) continue;
    std::string list;
    for (const std::string& topic : read) list += (list.empty() ? "" : ", ") + topic;
    findings.push_back({Severity::kWarn, "group '" + group.name + "'",
                        "is " + group.state + " with " + std::to_string(group.members) +
                            " members and consumes " + list + ": it will consume what is replayed",
                        "stop its consumers first, if they are not to"});
  }
}

void tell_operators(const std::vector<std::string>& znodes, const std::vector<TopicFacts>& topics,
                    Findings& findings) {
  const std::string cause =
      "an operator seems to manage the cluster's topics: it may delete those it has no "
      "resource for";
  const std::string advice = "stop it until its resources (KafkaTopic) are there again";
  for (const std::string& znode : znodes) {
    findings.push_back({Severity::kWarn, "znode '" + znode + "'", cause, advice});
  }
  for (const TopicFacts& topic : topics) {
    const bool is_sign = std::any_of(kOperatorTopics.begin(), kOperatorTopics.end(),
                                     [&](std::string_view sign) { return topic.name.starts_with(sign); });
    if (is_sign) findings.push_back({Severity::kWarn, topic_object(topic.name), cause, advice});
  }
}

}  // namespace arkive::kafka::preparing
