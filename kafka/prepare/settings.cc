#include <algorithm>
#include <array>
#include <charconv>

#include "kafka/prepare/settings_internal.h"

namespace arkive::kafka::preparing {
namespace {

constexpr std::string_view kNoLimit = "9223372036854775807";
constexpr std::string_view kUnlimited = "-1";
// What the old brokers took is not in the archive where message.max.bytes allowed it, and what is encoded
// anew may become larger than it was.
constexpr std::string_view kLargestBatch = "2147483647";

// Brokers refuse batches with timestamps beyond these; the first is that of brokers before 4.0.
constexpr std::array<std::string_view, 3> kTimestampLimits = {"message.timestamp.difference.max.ms",
                                                              "message.timestamp.before.max.ms",
                                                              "message.timestamp.after.max.ms"};

void raise_if_other(const Values& in_force, std::string_view name, std::string_view value, Values& raised) {
  const auto found = in_force.find(std::string(name));
  if (found != in_force.end() && found->second != value) raised.emplace(name, value);
}

}  // namespace

Values values_of(const TopicConfigs& configs, bool own) {
  Values values;
  for (const ConfigEntry& entry : configs.entries) {
    if (entry.value && (!own || entry.source == kSetOnTopic)) values[entry.name] = *entry.value;
  }
  return values;
}

void TargetSettings::learn(const TopicConfigs& configs) {
  for (const ConfigEntry& entry : configs.entries) {
    known.insert(entry.name);
    if (entry.value && entry.source != kSetOnTopic) defaults.emplace(entry.name, *entry.value);
  }
}

std::optional<std::int64_t> number_of(const Values& values, const std::string& name) {
  const auto found = values.find(name);
  if (found == values.end()) return std::nullopt;
  std::int64_t value = 0;
  const std::string& text = found->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Values raised_of(const Values& in_force) {
  Values raised;
  const auto policy = in_force.find("cleanup.policy");
  if (policy == in_force.end() || policy->second.find("delete") != std::string::npos) {
    raise_if_other(in_force, "retention.ms", kUnlimited, raised);
    raise_if_other(in_force, "retention.bytes", kUnlimited, raised);
  }
  if (policy != in_force.end() && policy->second.find("compact") != std::string::npos) {
    // Offsets that compaction takes meanwhile would be missing where a restore goes on.
    raise_if_other(in_force, "min.compaction.lag.ms", kNoLimit, raised);
    raise_if_other(in_force, "max.compaction.lag.ms", kNoLimit, raised);
  }
  raise_if_other(in_force, "message.timestamp.type", "CreateTime", raised);
  for (const std::string_view limit : kTimestampLimits) raise_if_other(in_force, limit, kNoLimit, raised);
  raise_if_other(in_force, "compression.type", "producer", raised);
  raise_if_other(in_force, kBatchLimit, kLargestBatch, raised);
  return raised;
}

Values raised_of_unknown(const Values& archived) {
  Values in_force = archived;
  // Every Kafka with batches has these, and the raised values do no harm where they are the defaults.
  in_force.emplace("retention.ms", "");
  in_force.emplace("retention.bytes", "");
  in_force.emplace("message.timestamp.type", "");
  in_force.emplace("min.compaction.lag.ms", "");
  in_force.emplace(kBatchLimit, "");
  return raised_of(in_force);
}

ConfigChange to_raised(const TopicSettings& settings) {
  ConfigChange wanted{settings.topic, {}};
  for (const auto& [name, value] : settings.raised) wanted.settings[name] = value;
  return wanted;
}

}  // namespace arkive::kafka::preparing
