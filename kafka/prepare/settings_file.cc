#include <algorithm>
#include <nlohmann/json.hpp>

#include "kafka/archive/json_document.h"
#include "kafka/prepare/settings_internal.h"
#include "stores/core/files.h"

namespace arkive::kafka::preparing {
namespace {

using Json = nlohmann::json;

constexpr int kFormat = 1;
constexpr std::uint64_t kMostBytes = 256ULL << 20;

}  // namespace

TopicSettings& SettingsFile::at(const std::string& topic) {
  const auto found = std::find_if(topics.begin(), topics.end(),
                                  [&](const TopicSettings& one) { return one.topic == topic; });
  if (found != topics.end()) return *found;
  TopicSettings& added = topics.emplace_back();
  added.topic = topic;
  return added;
}

void SettingsFile::add(const TopicSettings& settings) {
  TopicSettings& mine = at(settings.topic);
  for (const auto& [name, value] : settings.raised) {
    if (!mine.raised.emplace(name, value).second) continue;
    const auto last = settings.final.find(name);
    mine.final[name] = last == settings.final.end() ? std::nullopt : last->second;
  }
}

std::string settings_path(const std::string& journal_directory) {
  return journal_directory + "/settings.json";
}

Result<std::optional<SettingsFile>> read_settings(const std::string& journal_directory) {
  const std::string path = settings_path(journal_directory);
  auto text = read_file(path, kMostBytes);
  if (!text) {
    if (text.error().outcome == Outcome::kNotFound) return std::optional<SettingsFile>();
    return fail(std::move(text.error()));
  }
  const auto corrupt = [&](const std::string& cause) {
    return fail(Outcome::kCorrupt, "read the settings to put back '" + path + "': " + cause,
                "set the topics' settings by hand, then remove the file");
  };
  try {
    const Json document = parse_json_document(*text);
    if (!document.is_object()) return corrupt("it is no JSON object");
    if (document.at("format").get<int>() > kFormat) {
      return fail(Outcome::kUsage, "read the settings to put back '" + path + "': a newer format",
                  "use the arkive that wrote it, or a newer one");
    }
    SettingsFile file;
    file.cluster_id = document.at("cluster_id").get<std::string>();
    for (const Json& topic : document.at("topics")) {
      TopicSettings& settings = file.at(topic.at("topic").get<std::string>());
      for (const auto& [name, values] : topic.at("settings").items()) {
        settings.raised[name] = values.at("raised").get<std::string>();
        const Json& last = values.at("final");
        settings.final[name] =
            last.is_null() ? std::nullopt : std::optional<std::string>(last.get<std::string>());
      }
    }
    return std::optional<SettingsFile>(std::move(file));
  } catch (const Json::exception& error) {
    return corrupt(error.what());
  }
}

Status write_settings(const std::string& journal_directory, const SettingsFile& file) {
  Json topics = Json::array();
  for (const TopicSettings& topic : file.topics) {
    Json settings = Json::object();
    for (const auto& [name, value] : topic.raised) {
      const auto last = topic.final.find(name);
      const bool has_own = last != topic.final.end() && last->second;
      settings[name] = {{"raised", value}, {"final", has_own ? Json(*last->second) : Json(nullptr)}};
    }
    topics.push_back({{"topic", topic.topic}, {"settings", std::move(settings)}});
  }
  const Json document = {{"format", kFormat}, {"cluster_id", file.cluster_id}, {"topics", std::move(topics)}};
  std::string text;
  try {
    text = document.dump(1) + "\n";
  } catch (const Json::exception&) {
    return fail(Outcome::kCorrupt,
                "write '" + settings_path(journal_directory) + "': a setting's value is not UTF-8");
  }
  return write_file_durably(settings_path(journal_directory), text, IfExists::kReplace);
}

}  // namespace arkive::kafka::preparing
