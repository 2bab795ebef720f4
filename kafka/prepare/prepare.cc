#include "kafka/prepare/prepare.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "kafka/prepare/settings_internal.h"
#include "stores/core/fault.h"
#include "stores/core/files.h"
#include "stores/core/retry.h"

namespace arkive::kafka {
namespace {

using preparing::SettingsFile;
using preparing::Values;

constexpr std::chrono::milliseconds kBetweenLooks{100};

bool is_gone(const std::string& error) {
  return error.starts_with("UNKNOWN_TOPIC");
}

Status first_error(const std::vector<ItemAnswer>& answers, const std::vector<std::string>& names,
                   const std::string& operation, const std::string& hint) {
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].error.empty()) continue;
    return fail(answers[i].outcome, operation + " '" + names[i] + "': " + answers[i].error, hint);
  }
  return ok();
}

std::vector<std::string> topics_of(const std::vector<ConfigChange>& changes) {
  std::vector<std::string> names;
  names.reserve(changes.size());
  for (const ConfigChange& one : changes) names.push_back(one.topic);
  return names;
}

std::vector<std::string> topics_of(const std::vector<NewTopic>& topics) {
  std::vector<std::string> names;
  names.reserve(topics.size());
  for (const NewTopic& one : topics) names.push_back(one.name);
  return names;
}

Status change(TopicAdmin& admin, const std::vector<ConfigChange>& changes, const std::string& operation,
              Deadline deadline) {
  if (changes.empty()) return ok();
  const std::vector<std::string> names = topics_of(changes);
  ARKIVE_ASSIGN(const auto answers, admin.change_configs(changes, false, deadline));
  return first_error(answers, names, operation, "");
}

// Brokers take over settings a moment after the controller answered.
Status wait_for_settings(LogSource& target, const std::vector<ConfigChange>& changes,
                         const std::string& operation, Deadline deadline) {
  const std::vector<std::string> names = topics_of(changes);
  if (names.empty()) return ok();
  while (true) {
    ARKIVE_ASSIGN(const auto all, target.topic_configs(names, deadline));
    std::string waits;
    for (std::size_t i = 0; i < changes.size() && waits.empty(); ++i) {
      const Values own = preparing::values_of(all[i], true);
      for (const auto& [name, value] : changes[i].settings) {
        const auto found = own.find(name);
        const bool is_there = value ? found != own.end() && found->second == *value : found == own.end();
        if (is_there) continue;
        waits = changes[i].topic;
        waits.append("': brokers do not show ").append(name).append(" as it was set");
      }
    }
    if (waits.empty()) return ok();
    if (deadline.passed() || !pause_for(kBetweenLooks, deadline)) {
      return fail(Outcome::kRetry, operation + " '" + waits, "run the same command again");
    }
  }
}

Status wait_for_leaders(LogSource& target, const std::vector<NewTopic>& made, Deadline deadline) {
  while (true) {
    ARKIVE_ASSIGN(const auto topics, target.topics(deadline));
    std::string missing;
    for (const NewTopic& topic : made) {
      const auto found = std::find_if(topics.begin(), topics.end(),
                                      [&](const TopicFacts& one) { return one.name == topic.name; });
      const bool is_led = found != topics.end() && !found->partitions.empty() &&
                          std::all_of(found->partitions.begin(), found->partitions.end(),
                                      [](const PartitionFacts& one) { return one.leader >= 0; });
      if (!is_led) missing = topic.name;
    }
    if (missing.empty()) return ok();
    if (deadline.passed() || !pause_for(kBetweenLooks, deadline)) {
      return fail(Outcome::kRetry, "make topic '" + missing + "': its partitions have no leaders yet",
                  "run the same command again");
    }
  }
}

/// What a cluster without topics could not tell before: its defaults, from the topics just made.
Status raise_the_rest(const std::vector<NewTopic>& made, SettingsFile& file, LogSource& target,
                      Deadline deadline) {
  const std::vector<std::string> names = topics_of(made);
  if (names.empty()) return ok();
  ARKIVE_ASSIGN(const auto all, target.topic_configs(names, deadline));
  for (const TopicConfigs& configs : all) {
    if (!configs.error.empty()) continue;
    const Values own = preparing::values_of(configs, true);
    TopicSettings more{configs.topic, preparing::raised_of(preparing::values_of(configs, false)), {}};
    more.raised.erase(preparing::kBatchLimit);  // it was asked for, and may have been refused
    for (const auto& [name, value] : more.raised) {
      const auto found = own.find(name);
      more.final[name] = found == own.end() ? std::nullopt : std::optional<std::string>(found->second);
    }
    file.add(more);
  }
  return ok();
}

}  // namespace

Status prepare(const Preparation& preparation, const std::string& journal_directory, LogSource& target,
               TopicAdmin& admin, Deadline deadline) {
  if (preparation.refused()) {
    return fail(Outcome::kUsage, "prepare the target cluster: refused, see the findings");
  }
  ARKIVE_ASSIGN(auto before, preparing::read_settings(journal_directory));
  SettingsFile file = before ? std::move(*before) : SettingsFile{preparation.cluster_id, {}};
  if (file.cluster_id != preparation.cluster_id) {
    return fail(Outcome::kConflict,
                "prepare the target cluster '" + preparation.cluster_id + "': '" +
                    preparing::settings_path(journal_directory) + "' is of cluster '" + file.cluster_id + "'",
                "put the settings of that cluster back first, or use another journal");
  }
  for (const TopicSettings& settings : preparation.settings) file.add(settings);
  if (file.topics.empty() && preparation.made.empty()) return ok();
  ARKIVE_TRY(make_directories(journal_directory));
  ARKIVE_TRY(preparing::write_settings(journal_directory, file));

  if (!preparation.made.empty()) {
    const std::vector<std::string> names = topics_of(preparation.made);
    ARKIVE_ASSIGN(const auto answers, admin.create_topics(preparation.made, false, deadline));
    ARKIVE_TRY(first_error(answers, names, "make topic", "make it by hand, and run the same command again"));
    ARKIVE_TRY(wait_for_leaders(target, preparation.made, deadline));
    const std::vector<TopicSettings> known = file.topics;
    ARKIVE_TRY(raise_the_rest(preparation.made, file, target, deadline));
    if (file.topics != known) ARKIVE_TRY(preparing::write_settings(journal_directory, file));
  }
  std::vector<ConfigChange> changes;
  for (const TopicSettings& settings : file.topics) {
    if (!settings.raised.empty()) changes.push_back(preparing::to_raised(settings));
  }
  ARKIVE_TRY(change(admin, changes, "raise settings of topic", deadline));
  return wait_for_settings(target, changes, "raise settings of topic", deadline);
}

Result<PutBack> put_back(const std::string& journal_directory, LogSource& target, TopicAdmin& admin,
                         Deadline deadline) {
  PutBack done;
  ARKIVE_ASSIGN(const auto file, preparing::read_settings(journal_directory));
  if (!file) return done;
  const std::string path = preparing::settings_path(journal_directory);
  ARKIVE_ASSIGN(const ClusterFacts cluster, target.cluster(deadline));
  if (cluster.cluster_id != file->cluster_id) {
    return fail(Outcome::kConflict,
                "put settings back from '" + path + "': it is of cluster '" + file->cluster_id +
                    "', this is '" + cluster.cluster_id + "'",
                "give the bootstrap servers of that cluster");
  }
  ARKIVE_ASSIGN(const auto topics, target.topics(deadline));
  std::vector<const TopicSettings*> there;
  std::vector<std::string> names;
  for (const TopicSettings& settings : file->topics) {
    const bool exists = std::any_of(topics.begin(), topics.end(), [&](const TopicFacts& one) {
      return one.name == settings.topic && !is_gone(one.error);
    });
    if (!exists) {
      done.findings.push_back({Severity::kWarn, "topic '" + settings.topic + "'",
                               "it does not exist, so no setting of it is put back", ""});
      continue;
    }
    there.push_back(&settings);
    names.push_back(settings.topic);
  }
  ARKIVE_ASSIGN(const auto now, target.topic_configs(names, deadline));
  std::vector<ConfigChange> changes;
  for (std::size_t i = 0; i < there.size(); ++i) {
    if (!now[i].error.empty()) {
      return fail(Outcome::kDenied, "put settings of topic '" + names[i] + "' back: " + now[i].error,
                  "run the same command again with a user who may read and change them");
    }
    const Values own = preparing::values_of(now[i], true);
    ConfigChange wanted{names[i], {}};
    for (const auto& [name, raised] : there[i]->raised) {
      const auto found = own.find(name);
      const auto& last = there[i]->final.at(name);
      const std::optional<std::string> is =
          found == own.end() ? std::nullopt : std::optional<std::string>(found->second);
      // The final value is set though it seems to be there: after a kill a broker may show what was before.
      if (is == last || is == raised) {
        wanted.settings[name] = last;
        continue;
      }
      done.findings.push_back(
          {Severity::kWarn, "topic '" + names[i] + "'",
           name + " was changed by somebody else meanwhile (" + is.value_or("not set") + ") and is left",
           last ? "set it to " + *last + " if that is wanted" : "remove it if that is wanted"});
    }
    if (!wanted.settings.empty()) changes.push_back(std::move(wanted));
    done.topics.push_back(names[i]);
  }
  ARKIVE_TRY(change(admin, changes, "put settings back of topic", deadline));
  ARKIVE_TRY(wait_for_settings(target, changes, "put settings back of topic", deadline));
  ARKIVE_FAULT_POINT();
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return fail(system_error("remove", path, errno));
  ARKIVE_TRY(sync_directory(journal_directory));
  return done;
}

Result<std::vector<std::string>> put_back_commands(const std::string& journal_directory,
                                                   const std::string& bootstrap) {
  std::vector<std::string> commands;
  ARKIVE_ASSIGN(const auto file, preparing::read_settings(journal_directory));
  if (!file) return commands;
  for (const TopicSettings& settings : file->topics) {
    std::string added;
    std::string deleted;
    for (const auto& [name, value] : settings.final) {
      if (!value) {
        deleted += (deleted.empty() ? "" : ",") + name;
        continue;
      }
      // kafka-configs.sh takes a comma for the next setting unless it stands in brackets.
      const bool has_comma = value->find(',') != std::string::npos;
      added += (added.empty() ? "" : ",") + name + "=" + (has_comma ? "[" + *value + "]" : *value);
    }
    if (added.empty() && deleted.empty()) continue;
    commands.push_back("kafka-configs.sh --bootstrap-server " + bootstrap +
                       " --alter --entity-type topics --entity-name " + settings.topic +
                       (added.empty() ? "" : " --add-config '" + added + "'") +
                       (deleted.empty() ? "" : " --delete-config '" + deleted + "'"));
  }
  return commands;
}

}  // namespace arkive::kafka
