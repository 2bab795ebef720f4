#include "kafka/wire/config_changes_queries.h"

#include <algorithm>
#include <charconv>

#include "kafka/wire/admin_answers.h"
#include "kafka/wire/config_queries.h"
#include "kafka/wire/messages/config_changes.h"
#include "kafka/wire/messages/error_codes.h"

namespace arkive::kafka::wire {
namespace {

constexpr std::size_t kMostAtOnce = 500;

/// A broker answers for its own settings only; all others any of them does.
Status with_the_right_broker(Cluster& cluster, const ConfigResource& resource, const Cluster::Use& use,
                             Deadline deadline) {
  if (resource.kind != ConfigResource::Kind::kBroker || resource.name.empty()) {
    return cluster.with_any_broker(use, deadline);
  }
  std::int32_t id = -1;
  const char* const end = resource.name.data() + resource.name.size();
  const auto [at, error] = std::from_chars(resource.name.data(), end, id);
  if (error != std::errc() || at != end) {
    return fail(Outcome::kUsage, "ask broker '" + printable(resource.name) + "': its id is no number");
  }
  return cluster.with_broker(id, use, deadline);
}

std::vector<SaidOfItem> in_order(std::span<const ResourceChange> changes, const ResourcesChanged& answer) {
  std::vector<SaidOfItem> said;
  for (const ResourceChange& change : changes) {
    const auto found =
        std::find_if(answer.resources.begin(), answer.resources.end(),
                     [&](const ResourceChanged& resource) { return resource.resource == change.resource; });
    if (found != answer.resources.end()) said.push_back({found->error, found->message});
  }
  return said;
}

// AlterConfigs replaces: what is to stay is written again.
Status complete(std::vector<ResourceChange>& changes, Cluster& cluster, Deadline deadline) {
  std::vector<std::string> topics;
  for (const ResourceChange& change : changes) topics.push_back(change.resource.name);
  ARKIVE_ASSIGN(const auto configs, ask_topic_configs(cluster, topics, deadline));
  for (std::size_t i = 0; i < changes.size(); ++i) {
    for (const ConfigEntry& entry : configs[i].entries) {
      if (entry.source == "DYNAMIC_TOPIC_CONFIG" && entry.value) {
        changes[i].settings.emplace(entry.name, entry.value);
      }
    }
  }
  return ok();
}

Result<std::vector<SaidOfItem>> change_some(Cluster& cluster, std::vector<ResourceChange> changes,
                                            bool validate_only, Deadline deadline) {
  std::vector<SaidOfItem> said;
  bool single_ones = true;
  const auto change = [&](Connection& connection, Deadline answer_by) -> Status {
    single_ones = connection.versions().knows(Api::kIncrementalAlterConfigs);
    const Api api = Api::kIncrementalAlterConfigs;
    if (!single_ones) return ok();
    ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(api));
    ARKIVE_ASSIGN(
        const Bytes body,
        connection.call(incremental_alter_configs_request(version, changes, validate_only), answer_by));
    ARKIVE_ASSIGN(const ResourcesChanged answer, read_alter_configs(body, api, version));
    connection.rest(answer.throttle);
    said = in_order(changes, answer);
    if (said.size() != changes.size()) return fail(bad_answer(api, version, "not of all that was changed"));
    return ok();
  };
  ARKIVE_TRY(with_the_right_broker(cluster, changes.front().resource, change, deadline));
  if (single_ones) return said;
  if (changes.front().resource.kind == ConfigResource::Kind::kBroker) {
    const SaidOfItem refused{kUnsupportedVersion,
                             "the brokers cannot change single settings of brokers (before 2.3)"};
    return std::vector<SaidOfItem>(changes.size(), refused);
  }
  ARKIVE_TRY(complete(changes, cluster, deadline));
  ARKIVE_TRY(cluster.with_any_broker(
      [&](Connection& connection, Deadline answer_by) -> Status {
        ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(Api::kAlterConfigs));
        ARKIVE_ASSIGN(const Bytes body,
                      connection.call(alter_configs_request(version, changes, validate_only), answer_by));
        ARKIVE_ASSIGN(const ResourcesChanged answer, read_alter_configs(body, Api::kAlterConfigs, version));
        connection.rest(answer.throttle);
        said = in_order(changes, answer);
        if (said.size() != changes.size()) {
          return fail(bad_answer(Api::kAlterConfigs, version, "not of all that was changed"));
        }
        return ok();
      },
      deadline));
  return said;
}

Result<std::vector<ItemAnswer>> change_all(Cluster& cluster, std::span<const ResourceChange> changes,
                                           bool validate_only, Deadline deadline) {
  return answer_all(
      "change settings", changes.size(), {kMostAtOnce, kNoError},
      [&](std::span<const std::size_t> items, Deadline until) {
        std::vector<ResourceChange> wanted;
        for (const std::size_t item : items) wanted.push_back(changes[item]);
        return change_some(cluster, std::move(wanted), validate_only, until);
      },
      deadline);
}

}  // namespace

Result<std::vector<ItemAnswer>> change_topic_settings(Cluster& cluster, std::span<const ConfigChange> changes,
                                                      bool validate_only, Deadline deadline) {
  std::vector<ResourceChange> resources;
  for (const ConfigChange& change : changes) {
    resources.push_back({{ConfigResource::Kind::kTopic, change.topic}, change.settings});
  }
  return change_all(cluster, resources, validate_only, deadline);
}

Result<Settings> ask_broker_settings(Cluster& cluster, const std::string& broker, Deadline deadline) {
  const ConfigResource resource{ConfigResource::Kind::kBroker, broker};
  const std::string_view wanted = broker.empty() ? "DYNAMIC_DEFAULT_BROKER_CONFIG" : "DYNAMIC_BROKER_CONFIG";
  Settings settings;
  ARKIVE_TRY(with_the_right_broker(
      cluster, resource,
      [&](Connection& connection, Deadline answer_by) -> Status {
        ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(Api::kDescribeConfigs));
        ARKIVE_ASSIGN(const Bytes body,
                      connection.call(describe_configs_request(version, {&resource, 1}), answer_by));
        ARKIVE_ASSIGN(const DescribeConfigs answer, read_describe_configs(body, version));
        connection.rest(answer.throttle);
        if (answer.topics.size() != 1) return fail(bad_answer(Api::kDescribeConfigs, version));
        const DescribedConfigs& described = answer.topics.front();
        if (described.error != kNoError) {
          return fail(broker_error(
              "ask for the settings of " + (broker.empty() ? std::string("all brokers") : "broker " + broker),
              described.error, described.configs.error));
        }
        settings.clear();
        for (const ConfigEntry& entry : described.configs.entries) {
          if (entry.source == wanted) settings[entry.name] = entry.value.value_or(std::string());
        }
        return ok();
      },
      deadline));
  return settings;
}

Result<ItemAnswer> change_broker_settings(Cluster& cluster, const std::string& broker,
                                          const std::map<std::string, std::optional<std::string>>& settings,
                                          Deadline deadline) {
  const ResourceChange change{{ConfigResource::Kind::kBroker, broker}, settings};
  ARKIVE_ASSIGN(const auto answers, change_all(cluster, {&change, 1}, false, deadline));
  return answers.front();
}

}  // namespace arkive::kafka::wire
