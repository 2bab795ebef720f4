#include <algorithm>

#include "kafka/prepare/findings_internal.h"

namespace arkive::kafka::preparing {
namespace {

class Questions {
 public:
  Questions(Preparation& done, const PrepareOptions& options, const Values& defaults, TopicAdmin& admin,
            Deadline deadline)
      : done_(done), options_(options), defaults_(defaults), admin_(admin), deadline_(deadline) {}

  /// Brokers name one refused setting at a time: each is left out and the rest asked again, so that all are
  /// found.
  Status about_topics() {
    std::vector<NewTopic> asked = done_.made;
    while (!asked.empty()) {
      ARKIVE_ASSIGN(const auto answers, admin_.create_topics(asked, true, deadline_));
      std::vector<NewTopic> again;
      for (std::size_t i = 0; i < answers.size(); ++i) {
        if (answers[i].error.empty()) continue;
        const std::string& topic = asked[i].name;
        const std::string name = refused_setting(asked[i].configs, answers[i].error);
        if (name.empty()) {
          refuse(topic, "the target does not make it: " + answers[i].error,
                 answers[i].outcome == Outcome::kDenied ? "use a user who may create topics"
                                                        : "make it by hand as it may be");
          continue;
        }
        if (name == kBatchLimit && is_raised(topic)) {
          keep_limit(topic);
        } else {
          if (!is_only_raised(topic, name)) {
            tell_unknown(topic, {name, asked[i].configs.at(name), "", false}, answers[i].error, options_,
                         done_.findings);
          }
          leave_out(topic, name);
        }
        again.push_back(made(topic));
      }
      asked = std::move(again);
    }
    return ok();
  }

  Status about_changes() {
    std::vector<ConfigChange> asked;
    for (const TopicSettings& settings : done_.settings) {
      if (!is_made(settings.topic)) asked.push_back(to_raised(settings));
    }
    while (!asked.empty()) {
      ARKIVE_ASSIGN(const auto answers, admin_.change_configs(asked, true, deadline_));
      std::vector<ConfigChange> again;
      for (std::size_t i = 0; i < answers.size(); ++i) {
        const std::string& error = answers[i].error;
        if (error.empty()) continue;
        const std::string& topic = asked[i].topic;
        if (error.find(kBatchLimit) != std::string::npos && is_raised(topic)) {
          keep_limit(topic);
          asked[i].settings.erase(kBatchLimit);
          if (!asked[i].settings.empty()) again.push_back(std::move(asked[i]));
        } else {
          refuse(topic, "its settings cannot be raised meanwhile: " + error,
                 "use a user who may alter them, or leave the settings of topics that exist alone");
        }
      }
      asked = std::move(again);
    }
    return ok();
  }

 private:
  void refuse(const std::string& topic, std::string cause, std::string advice) {
    done_.findings.push_back({Severity::kRefuse, topic_object(topic), std::move(cause), std::move(advice)});
  }

  static std::string refused_setting(const Values& settings, const std::string& words) {
    std::string longest;
    for (const auto& [name, value] : settings) {
      if (words.find(name) != std::string::npos && name.size() > longest.size()) longest = name;
    }
    return longest;
  }

  bool is_made(const std::string& topic) const {
    return std::any_of(done_.made.begin(), done_.made.end(),
                       [&](const NewTopic& one) { return one.name == topic; });
  }
  NewTopic& made(const std::string& topic) {
    return *std::find_if(done_.made.begin(), done_.made.end(),
                         [&](const NewTopic& one) { return one.name == topic; });
  }
  TopicSettings* settings_of(const std::string& topic) {
    const auto found = std::find_if(done_.settings.begin(), done_.settings.end(),
                                    [&](const TopicSettings& one) { return one.topic == topic; });
    return found == done_.settings.end() ? nullptr : &*found;
  }

  bool is_raised(const std::string& topic) {
    const TopicSettings* const settings = settings_of(topic);
    return settings != nullptr && settings->raised.contains(kBatchLimit);
  }
  bool is_only_raised(const std::string& topic, const std::string& name) {
    const TopicSettings* const settings = settings_of(topic);
    if (settings == nullptr) return false;
    const auto found = settings->final.find(name);
    return found != settings->final.end() && !found->second;
  }

  void leave_out(const std::string& topic, const std::string& name) {
    if (is_made(topic)) made(topic).configs.erase(name);
    if (TopicSettings* const settings = settings_of(topic)) {
      settings->raised.erase(name);
      settings->final.erase(name);
    }
  }

  /// Managed clusters allow no greater one than theirs: the topic keeps what it has, or had.
  void keep_limit(const std::string& topic) {
    const std::optional<std::string> own = settings_of(topic)->final.at(kBatchLimit);
    const auto by_default = defaults_.find(kBatchLimit);
    tell_batch_limit(topic, own || by_default == defaults_.end() ? own : by_default->second, done_.findings);
    leave_out(topic, kBatchLimit);
    if (own && is_made(topic)) made(topic).configs[kBatchLimit] = *own;
  }

  Preparation& done_;
  const PrepareOptions& options_;
  const Values& defaults_;
  TopicAdmin& admin_;
  Deadline deadline_;
};

}  // namespace

Status ask_controller(Preparation& done, const PrepareOptions& options, const Values& defaults,
                      TopicAdmin& admin, Deadline deadline) {
  Questions questions(done, options, defaults, admin, deadline);
  ARKIVE_TRY(questions.about_topics());
  ARKIVE_TRY(questions.about_changes());
  std::erase_if(done.settings, [](const TopicSettings& one) { return one.raised.empty(); });
  return ok();
}

}  // namespace arkive::kafka::preparing
