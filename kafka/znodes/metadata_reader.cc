#include "kafka/znodes/metadata_reader.h"

#include <algorithm>
#include <charconv>

#include "kafka/znodes/secrets.h"
#include "kafka/znodes/tree_access.h"
#include "kafka/znodes/words.h"
#include "kafka/znodes/znode_data.h"
#include "kafka/znodes/znode_names.h"

namespace arkive::kafka {
namespace {

constexpr const char* kUnknownForm = "its data is of a form not known here";

std::optional<double> parse_number(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

QuotaEntity quota_entity(const KafkaZnode& at) {
  const auto name = [](const std::string& text, bool is_default) {
    return is_default ? std::nullopt : std::optional<std::string>(text);
  };
  const char* const type = at.type == "users" ? "user" : at.type == "clients" ? "client-id" : "ip";
  QuotaEntity entity;
  entity[type] = name(at.name, at.default_name);
  if (at.of_client) entity["client-id"] = name(at.client, at.default_client);
  return entity;
}

std::string broker_of(const KafkaZnode& at) {
  return at.default_name ? std::string() : at.name;
}

class MetadataReader {
 public:
  MetadataReader(const zk::Tree& tree, std::string_view root) : tree_(tree), root_(root) {}

  ClusterMetadata read() {
    for_each_below(tree_, root_, "", [&](zk::NodeIndex index, const std::string& path) {
      const KafkaZnode at = znode_at(path, root_);
      const Bytes data = tree_[index].data();
      switch (at.role) {
        case ZnodeRole::kTopic:
          read_topic(at, data);
          break;
        case ZnodeRole::kTopicDeletion:
          deletions_.push_back(at.name);
          break;
        case ZnodeRole::kConfig:
          read_config(at, data, path);
          break;
        case ZnodeRole::kAcl:
          read_acls(at, data, path);
          break;
        case ZnodeRole::kDelegationToken:
          read_token(at, data);
          break;
        default:
          break;
      }
    });
    finish_topics();
    return std::move(metadata_);
  }

 private:
  void not_understood(const std::string& path, std::string reason = kUnknownForm) {
    metadata_.not_understood[metadata_name_of(path, root_)] = std::move(reason);
  }

  void read_topic(const KafkaZnode& at, Bytes data) {
    std::optional<TopicData> topic = parse_topic(data);
    if (!topic) {
      metadata_.not_understood["topic/" + at.name] = kUnknownForm;
      return;
    }
    TopicDescription& description = metadata_.topics[at.name];
    description.id = std::move(topic->id);
    // Of a reassignment under way what it leads to: the replicas that are being added stay.
    for (const auto& [partition, replicas] : topic->replicas) {
      std::vector<std::int32_t>& kept = description.replicas[partition];
      const auto removing = topic->removing.find(partition);
      for (const std::int32_t id : replicas) {
        const bool goes =
            removing != topic->removing.end() &&
            std::find(removing->second.begin(), removing->second.end(), id) != removing->second.end();
        if (!goes) kept.push_back(id);
      }
    }
  }

  void read_config(const KafkaZnode& at, Bytes data, const std::string& path) {
    std::optional<Config> config = parse_config(data);
    if (!config) return not_understood(path);
    if (at.type == "topics") {
      topic_settings_[at.name] = std::move(*config);
    } else if (at.type == "brokers") {
      for (auto& [key, value] : *config) {
        if (is_secret_entry(at.type, key, value)) {
          metadata_.not_understood[metadata_name_of(path, root_) + "/" + key] =
              "a secret, kept as the broker's password.encoder.secret encrypts it: set it anew";
        } else {
          metadata_.broker_settings[broker_of(at)][key] = std::move(value);
        }
      }
    } else if (at.type == "users" || at.type == "clients" || at.type == "ips") {
      for (const auto& [key, value] : *config) read_quota(at, key, value, path);
    } else if (!config->empty()) {
      not_understood(path, "configs of " + at.type + " are not brought over");
    }
  }

  void read_quota(const KafkaZnode& at, const std::string& key, const std::string& value,
                  const std::string& path) {
    if (is_scram(key) && at.type == "users") {
      const std::optional<ScramCredential> credential = parse_scram(value);
      metadata_.scram_users.insert({at.name, key, credential ? credential->iterations : std::string()});
      return;
    }
    const std::optional<double> number = is_quota(key) ? parse_number(value) : std::nullopt;
    if (number) {
      metadata_.quotas[quota_entity(at)][key] = *number;
    } else {
      metadata_.not_understood[metadata_name_of(path, root_) + "/" + key] =
          "neither a quota nor a credential known here";
    }
  }

  void read_acls(const KafkaZnode& at, Bytes data, const std::string& path) {
    const auto rules = parse_acl_rules(data);
    if (!rules) return not_understood(path);
    for (const AclRule& rule : *rules) {
      metadata_.acls.insert(
          {rule.permission, at.type, at.pattern, at.name, rule.principal, rule.operation, rule.host});
    }
  }

  void read_token(const KafkaZnode& at, Bytes data) {
    TokenDescription& token = metadata_.tokens.emplace_back();
    token.id = at.name;
    if (const auto told = parse_delegation_token(data)) {
      token.owner = told->owner;
      token.expires = told->expires;
    } else {
      metadata_.tokens.pop_back();
      metadata_.not_understood["token/" + at.name] = kUnknownForm;
    }
  }

  // A config may be left of a topic that is gone, and a deletion of one that was done.
  void finish_topics() {
    for (auto& [name, topic] : metadata_.topics) {
      const auto found = topic_settings_.find(name);
      if (found == topic_settings_.end()) continue;
      for (auto& [key, value] : found->second) {
        if (is_secret_entry("topics", key, value)) {
          metadata_.not_understood["topic/" + name + "/" + key] = "a secret: set it anew";
        } else {
          topic.settings[key] = std::move(value);
        }
      }
    }
    for (const std::string& name : deletions_) {
      const auto found = metadata_.topics.find(name);
      if (found != metadata_.topics.end()) found->second.deletion_ordered = true;
    }
  }

  const zk::Tree& tree_;
  const std::string_view root_;
  ClusterMetadata metadata_;
  std::map<std::string, Config> topic_settings_;
  std::vector<std::string> deletions_;
};

}  // namespace

ClusterMetadata read_cluster_metadata(const zk::Tree& tree, std::string_view root) {
  return MetadataReader(tree, root).read();
}

std::string metadata_name_of(std::string_view path, std::string_view root) {
  const KafkaZnode at = znode_at(path, root);
  switch (at.role) {
    case ZnodeRole::kTopic:
      return "topic/" + at.name;
    case ZnodeRole::kAcl:
      return "acl/" + at.type + "/" + at.pattern + "/" + at.name;
    case ZnodeRole::kDelegationToken:
      return "token/" + at.name;
    case ZnodeRole::kConfig:
      if (at.type == "topics") return "topic/" + at.name;
      if (at.type == "brokers") return "broker/" + (at.default_name ? "<default>" : at.name);
      if (at.type == "users" || at.type == "clients" || at.type == "ips") {
        return "quota/" + quota_name(quota_entity(at));
      }
      return at.type + "/" + at.name;
    default:
      return {};
  }
}

}  // namespace arkive::kafka
