#include "kafka/metadata/plan.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "kafka/metadata/plan_topics.h"

namespace arkive::kafka {
namespace {

std::string number_text(double value) {
  std::array<char, 64> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? std::string(text.data(), end) : std::to_string(value);
}

std::string text_of(const QuotaValues& values) {
  std::string text;
  for (const auto& [key, value] : values) text += (text.empty() ? "" : ", ") + key + "=" + number_text(value);
  return text.empty() ? "none" : text;
}

// Settings that name addresses, files or log-ins of the broker they were made for.
bool is_tied_to_its_broker(std::string_view key) {
  return key.starts_with("listener.name.") || key.find("listener") != std::string_view::npos ||
         key.starts_with("ssl.") || key.starts_with("sasl.");
}

class Planner {
 public:
  Planner(const ClusterMetadata& wanted, const LiveMetadata& live, const MetadataOptions& options)
      : wanted_(wanted), live_(live), options_(options) {}

  MetadataPlan plan() {
    if (options_.parts.acls) {
      plan_acls();
      plan_users();
      plan_tokens();
    }
    if (options_.parts.quotas) plan_quotas();
    if (options_.parts.configs) plan_broker_settings();
    if (options_.parts.topics) plan_topics(plan_, wanted_, live_, options_);
    plan_not_understood();
    return std::move(plan_);
  }

 private:
  MetadataItem& add(MetadataAction action, std::string name, std::string what, std::string reason = {}) {
    plan_.items.push_back({action, std::move(name), std::move(what), std::move(reason), {}});
    return plan_.items.back();
  }

  bool is_named(const std::string& name) const {
    return std::any_of(options_.overwrite.begin(), options_.overwrite.end(),
                       [&](const Glob& glob) { return glob.covers(name); });
  }

  void plan_acls() {
    plan_.no_authorizer = !live_.has_authorizer && !wanted_.acls.empty();
    for (const Acl& acl : wanted_.acls) {
      const std::string name = "acl/" + acl.resource();
      if (plan_.no_authorizer) {
        add(MetadataAction::kCannot, name, acl.rule(), "the cluster has no authorizer, and heeds no ACL");
      } else if (live_.acls.contains(acl)) {
        add(MetadataAction::kSame, name, acl.rule());
      } else {
        add(MetadataAction::kCreate, name, acl.rule()).change = acl;
      }
    }
  }

  void plan_users() {
    for (const ScramUser& user : wanted_.scram_users) {
      const std::string name = "user/" + user.name + "/" + user.mechanism;
      const bool there =
          live_.scram_users &&
          std::any_of(live_.scram_users->begin(), live_.scram_users->end(), [&](const ScramUser& other) {
            return other.name == user.name && other.mechanism == user.mechanism;
          });
      if (there) {
        add(MetadataAction::kSame, name, "",
            "it has a credential; whether of the same password, nobody can tell");
        continue;
      }
      const std::string iterations = user.iterations.empty() ? "" : "iterations=" + user.iterations + ",";
      add(MetadataAction::kCannot, name, "",
          "a cluster takes passwords, not what is kept of them; set a new one: kafka-configs.sh "
          "--bootstrap-server ... --alter --entity-type users --entity-name '" +
              user.name + "' --add-config '" + user.mechanism + "=[" + iterations + "password=...]'");
    }
  }

  void plan_tokens() {
    for (const TokenDescription& token : wanted_.tokens) {
      const std::string what = "of " + token.owner;
      if (token.expires < options_.now) {
        add(MetadataAction::kLeftOut, "token/" + token.id, what, "it has expired");
      } else {
        add(MetadataAction::kCannot, "token/" + token.id, what,
            "a cluster only gives out new tokens: its owner asks for one with kafka-delegation-tokens.sh "
            "--create");
      }
    }
  }

  void plan_quotas() {
    for (const auto& [entity, values] : wanted_.quotas) {
      const std::string name = "quota/" + quota_name(entity);
      if (!live_.quotas) {
        add(MetadataAction::kCannot, name, text_of(values),
            "its brokers take no quotas over the protocol (before 2.6): kafka-configs.sh --zookeeper sets "
            "them");
        continue;
      }
      const auto found = live_.quotas->find(entity);
      const QuotaValues there = found == live_.quotas->end() ? QuotaValues() : found->second;
      if (there == values) {
        add(MetadataAction::kSame, name, text_of(values));
        continue;
      }
      QuotaChange change{entity, {}};
      for (const auto& [key, value] : values) change.values[key] = value;
      for (const auto& [key, value] : there) {
        if (!values.contains(key)) change.values[key] = std::nullopt;
      }
      const bool named = is_named(name);
      MetadataItem& item = add(there.empty() ? MetadataAction::kCreate
                               : named       ? MetadataAction::kOverwrite
                                             : MetadataAction::kKeep,
                               name, text_of(values), there.empty() ? "" : "it is " + text_of(there));
      if (item.is_done_by_restore()) item.change = std::move(change);
    }
  }

  void plan_broker_settings() {
    for (const auto& [broker, settings] : wanted_.broker_settings) {
      const auto live = live_.broker_settings.find(broker);
      for (const auto& [key, value] : settings) {
        const std::string name = "broker/" + (broker.empty() ? "<default>" : broker) + "/" + key;
        if (is_tied_to_its_broker(key)) {
          add(MetadataAction::kCannot, name, value,
              "it belongs to the old broker's addresses, files or log-ins: set it by hand where it fits");
        } else if (live == live_.broker_settings.end()) {
          add(MetadataAction::kCannot, name, value, "the cluster has no broker " + broker);
        } else {
          plan_broker_setting(name, {broker, key, value}, live->second);
        }
      }
    }
  }

  void plan_broker_setting(const std::string& name, BrokerSettingChange change, const Settings& live) {
    const auto found = live.find(change.key);
    if (found != live.end() && found->second == change.value) {
      add(MetadataAction::kSame, name, change.value);
    } else if (found != live.end() && !is_named(name)) {
      add(MetadataAction::kKeep, name, change.value, "it is " + found->second);
    } else {
      MetadataItem& item = add(found == live.end() ? MetadataAction::kCreate : MetadataAction::kOverwrite,
                               name, change.value, found == live.end() ? "" : "it is " + found->second);
      item.change = std::move(change);
    }
  }

  void plan_not_understood() {
    constexpr std::string_view kTopic = "topic/";
    for (const auto& [name, reason] : wanted_.not_understood) {
      const MetadataParts& parts = options_.parts;
      const bool wanted = name.starts_with(kTopic) ? parts.topics && is_wanted_topic(options_, topic_of(name))
                          : name.starts_with("acl/") || name.starts_with("token/") ? parts.acls
                          : name.starts_with("quota/") ? parts.quotas || parts.acls
                                                       : parts.configs;
      if (wanted) add(MetadataAction::kCannot, name, "", reason);
    }
  }

  static std::string topic_of(std::string_view name) {
    name.remove_prefix(std::string_view("topic/").size());
    return std::string(name.substr(0, name.find('/')));
  }

  const ClusterMetadata& wanted_;
  const LiveMetadata& live_;
  const MetadataOptions& options_;
  MetadataPlan plan_;
};

}  // namespace

std::string_view metadata_action_name(MetadataAction action) {
  constexpr std::array<std::string_view, kAllMetadataActions.size()> kNames = {
      "create", "same", "differs (kept)", "overwrite", "cannot come over", "left out"};
  return kNames.at(static_cast<std::size_t>(action));
}

std::uint64_t MetadataPlan::count(MetadataAction action) const {
  return static_cast<std::uint64_t>(std::count_if(
      items.begin(), items.end(), [&](const MetadataItem& item) { return item.action == action; }));
}

bool MetadataPlan::complete() const {
  return count(MetadataAction::kKeep) == 0 && count(MetadataAction::kCannot) == 0;
}

MetadataPlan plan_metadata(const ClusterMetadata& wanted, const LiveMetadata& live,
                           const MetadataOptions& options) {
  return Planner(wanted, live, options).plan();
}

}  // namespace arkive::kafka
