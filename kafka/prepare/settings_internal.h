/// Settings of topics as the target knows them, which of them a replay raises, and settings.json. Internal to
/// kafka/prepare.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/prepare/prepare.h"

namespace arkive::kafka::preparing {

inline constexpr std::string_view kSetOnTopic = "DYNAMIC_TOPIC_CONFIG";

/// Name and value. What is sensitive has no value and is left out.
using Values = std::map<std::string, std::string>;

/// What is in force for a topic; with `own`, only what is set on the topic itself.
Values values_of(const TopicConfigs& configs, bool own);

/// What topics of the target that exist tell of all its topics.
struct TargetSettings {
  std::set<std::string> known;  ///< names; empty: it has no topic that tells
  Values defaults;              ///< what a topic gets that sets nothing

  void learn(const TopicConfigs& configs);
};

/// The largest batch a topic takes.
inline constexpr const char* kBatchLimit = "max.message.bytes";

/// Of settings in force, those a replay has to raise, and to what.
Values raised_of(const Values& in_force);

/// The settings a topic that is made has to have raised, when nothing is known of the target's defaults.
Values raised_of_unknown(const Values& archived);

/// The change that raises them.
ConfigChange to_raised(const TopicSettings& settings);

std::optional<std::int64_t> number_of(const Values& values, const std::string& name);

/// settings.json.
struct SettingsFile {
  std::string cluster_id;
  std::vector<TopicSettings> topics;

  TopicSettings& at(const std::string& topic);
  /// Takes in what is not in it yet. What is in it stays: the values found now may be raised ones.
  void add(const TopicSettings& settings);
};

std::string settings_path(const std::string& journal_directory);
/// Nothing: there is none. kCorrupt, kUsage (newer format).
Result<std::optional<SettingsFile>> read_settings(const std::string& journal_directory);
Status write_settings(const std::string& journal_directory, const SettingsFile& file);

}  // namespace arkive::kafka::preparing
