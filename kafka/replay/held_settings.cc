#include "kafka/replay/held_settings.h"

#include <nlohmann/json.hpp>

#include "stores/core/files.h"

namespace arkive::kafka {
namespace {

using nlohmann::json;

constexpr const char* kForEver = "9223372036854775807";

std::string path_in(const std::string& directory) {
  return directory + "/settings.json";
}

}  // namespace

Settings hold_settings(std::map<std::string, std::string>& configs) {
  Settings before;
  std::vector<std::pair<std::string, std::string>> wanted = {
      {"retention.ms", "-1"}, {"retention.bytes", "-1"}, {"message.timestamp.type", "CreateTime"}};
  const auto policy = configs.find("cleanup.policy");
  if (policy != configs.end() && policy->second.find("compact") != std::string::npos) {
    wanted.emplace_back("min.compaction.lag.ms", kForEver);
    if (configs.contains("max.compaction.lag.ms")) wanted.emplace_back("max.compaction.lag.ms", kForEver);
  }
  for (const auto& [name, value] : wanted) {
    const auto archived = configs.find(name);
    if (archived != configs.end() && archived->second == value) continue;
    before[name] = archived == configs.end() ? std::nullopt : std::optional(archived->second);
    configs[name] = value;
  }
  return before;
}

Result<HeldSettings> read_held_settings(const std::string& journal_directory) {
  const std::string path = path_in(journal_directory);
  const auto text = read_file(path);
  if (!text && text.error().outcome == Outcome::kNotFound) return HeldSettings();
  if (!text) return fail(text.error());
  try {
    HeldSettings held;
    const json document = json::parse(*text);
    for (const auto& [topic, settings] : document.at("topics").items()) {
      for (const auto& [name, value] : settings.items()) {
        held[topic][name] = value.is_null() ? std::nullopt : std::optional(value.get<std::string>());
      }
    }
    return held;
  } catch (const json::exception& error) {
    return fail(Outcome::kCorrupt, "read journal '" + path + "': " + error.what());
  }
}

Status keep_held_settings(const std::string& journal_directory, const HeldSettings& more) {
  ARKIVE_ASSIGN(HeldSettings held, read_held_settings(journal_directory));
  held.insert(more.begin(), more.end());
  json topics = json::object();
  for (const auto& [topic, settings] : held) {
    json& one = topics[topic] = json::object();
    for (const auto& [name, value] : settings) one[name] = value ? json(*value) : json(nullptr);
  }
  ARKIVE_TRY(make_directories(journal_directory));
  return write_file_durably(path_in(journal_directory), json{{"topics", std::move(topics)}}.dump(1) + "\n",
                            IfExists::kReplace);
}

Status put_settings_back(const std::string& journal_directory, TopicAdmin& admin, Deadline deadline) {
  ARKIVE_ASSIGN(const HeldSettings held, read_held_settings(journal_directory));
  if (held.empty()) return ok();
  std::vector<ConfigChange> changes;
  for (const auto& [topic, settings] : held) changes.push_back({topic, settings});
  ARKIVE_ASSIGN(const std::vector<ItemAnswer> answers, admin.change_configs(changes, deadline));
  std::string refused;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].error.empty()) continue;
    refused += (refused.empty() ? "" : "; ") + changes[i].topic + ": " + answers[i].error;
  }
  if (!refused.empty()) {
    return fail(Outcome::kFail, "put the settings of topics back: " + refused,
                "what they are to be stands in '" + path_in(journal_directory) + "'");
  }
  ARKIVE_TRY(remove_tree(path_in(journal_directory)));
  return sync_directory(journal_directory);
}

}  // namespace arkive::kafka
