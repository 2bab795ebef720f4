#include "kafka/metadata/new_topics.h"

namespace arkive::kafka {
namespace {

// A broker names one setting at a time; of several names in its words the longest is meant
// ("retention.ms" stands in "delete.retention.ms").
std::string named_setting(const NewTopic& topic, const std::string& words) {
  std::string named;
  for (const auto& [key, value] : topic.configs) {
    if (key.size() > named.size() && words.find(key) != std::string::npos) named = key;
  }
  return named;
}

}  // namespace

Status check_new_topics(MetadataPlan& plan, TopicAdmin& admin, std::chrono::milliseconds patience,
                        std::map<std::string, std::set<std::string>>& refused) {
  std::vector<std::size_t> unchecked;
  for (std::size_t i = 0; i < plan.items.size(); ++i) {
    if (std::holds_alternative<NewTopic>(plan.items[i].change)) unchecked.push_back(i);
  }
  std::vector<MetadataItem> settings;
  while (!unchecked.empty()) {
    std::vector<NewTopic> topics;
    for (const std::size_t i : unchecked) topics.push_back(std::get<NewTopic>(plan.items[i].change));
    ARKIVE_ASSIGN(const auto answers, admin.create_topics(topics, true, Deadline::after(patience)));
    std::vector<std::size_t> again;
    for (std::size_t k = 0; k < unchecked.size(); ++k) {
      if (answers[k].error.empty()) continue;
      MetadataItem& item = plan.items[unchecked[k]];
      NewTopic& topic = std::get<NewTopic>(item.change);
      const std::string setting = named_setting(topic, answers[k].error);
      if (setting.empty()) {
        item.action = MetadataAction::kCannot;
        item.reason = answers[k].error;
        item.change = {};
        continue;
      }
      settings.push_back(
          {MetadataAction::kCannot, item.name + "/" + setting, topic.configs[setting], answers[k].error, {}});
      refused[topic.name].insert(setting);
      const std::string shown = ", " + setting + "=" + topic.configs[setting];
      if (const std::size_t at = item.what.find(shown); at != std::string::npos)
        item.what.erase(at, shown.size());
      topic.configs.erase(setting);
      again.push_back(unchecked[k]);
    }
    unchecked = std::move(again);
  }
  plan.items.insert(plan.items.end(), std::make_move_iterator(settings.begin()),
                    std::make_move_iterator(settings.end()));
  return ok();
}

}  // namespace arkive::kafka
