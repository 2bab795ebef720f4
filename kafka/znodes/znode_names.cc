#include "kafka/znodes/znode_names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "zk/znode.h"

namespace arkive::kafka {
namespace {

constexpr std::string_view kDefaultEntity = "<default>";
constexpr std::array<std::string_view, 4> kNoticeDirectories = {
    "kafka-acl-changes", "kafka-acl-extended-changes", "isr_change_notification",
    "log_dir_event_notification"};

std::optional<std::string_view> below_root(std::string_view path, std::string_view root) {
  if (path == root || (root.empty() && path == "/")) return std::string_view();
  if (path.size() <= root.size() || !path.starts_with(root) || path[root.size()] != '/') return std::nullopt;
  return path.substr(root.size() + 1);
}

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

std::optional<std::int32_t> partition_number(std::string_view text) {
  std::int32_t number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

KafkaZnode of_role(ZnodeRole role, std::string_view name = {}) {
  KafkaZnode znode;
  znode.role = role;
  znode.name = name;
  return znode;
}

// parts: the topic, then what is below it
KafkaZnode topic_znode(const std::vector<std::string_view>& parts) {
  KafkaZnode znode = of_role(ZnodeRole::kTopic, parts[0]);
  if (parts.size() == 1) return znode;
  if (parts[1] != "partitions" || parts.size() > 4) return {};
  znode.role = ZnodeRole::kTopicDirectory;
  if (parts.size() == 2) return znode;
  const std::optional<std::int32_t> partition = partition_number(parts[2]);
  if (!partition) return {};
  znode.partition = *partition;
  if (parts.size() == 3) return znode;
  if (parts[3] != "state") return {};
  znode.role = ZnodeRole::kPartitionState;
  return znode;
}

KafkaZnode brokers_znode(const std::vector<std::string_view>& parts) {
  if (parts.size() == 1) return of_role(ZnodeRole::kContainer);
  if (parts.size() == 2) {
    const bool known = parts[1] == "ids" || parts[1] == "topics" || parts[1] == "seqid";
    return of_role(known ? ZnodeRole::kContainer : ZnodeRole::kForeign);
  }
  if (parts[1] == "ids" && parts.size() == 3) return of_role(ZnodeRole::kBrokerRegistration, parts[2]);
  if (parts[1] == "topics") return topic_znode({parts.begin() + 2, parts.end()});
  return {};
}

KafkaZnode config_znode(const std::vector<std::string_view>& parts) {
  if (parts.size() <= 2) return of_role(ZnodeRole::kContainer);
  if (parts[1] == "changes") {
    return parts.size() == 3 ? of_role(ZnodeRole::kNotice, parts[2]) : KafkaZnode();
  }
  KafkaZnode znode = of_role(ZnodeRole::kConfig);
  znode.type = parts[1];
  const bool encoded = parts[1] == "users" || parts[1] == "clients";
  znode.default_name = parts[2] == kDefaultEntity;
  znode.name = encoded && !znode.default_name ? decode_entity(parts[2]) : std::string(parts[2]);
  if (parts.size() == 3) return znode;
  if (parts[1] != "users" || parts[3] != "clients" || parts.size() > 5) return {};
  if (parts.size() == 4) {
    znode.role = ZnodeRole::kConfigDirectory;
    return znode;
  }
  znode.of_client = true;
  znode.default_client = parts[4] == kDefaultEntity;
  znode.client = znode.default_client ? std::string(parts[4]) : decode_entity(parts[4]);
  return znode;
}

// parts: the resource type, then its name, in which a slash would be a level of znodes
KafkaZnode acl_znode(std::string_view pattern, const std::vector<std::string_view>& parts) {
  if (parts.size() < 2) return of_role(ZnodeRole::kContainer);
  KafkaZnode znode = of_role(ZnodeRole::kAcl);
  znode.pattern = pattern;
  znode.type = parts[0];
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (i > 1) znode.name += '/';
    znode.name += parts[i];
  }
  return znode;
}

KafkaZnode admin_znode(const std::vector<std::string_view>& parts) {
  if (parts.size() == 1) return of_role(ZnodeRole::kContainer);
  if (parts[1] == "delete_topics" && parts.size() <= 3) {
    return parts.size() == 2 ? of_role(ZnodeRole::kContainer) : of_role(ZnodeRole::kTopicDeletion, parts[2]);
  }
  if (parts.size() > 2) return {};
  if (parts[1] == "reassign_partitions") return of_role(ZnodeRole::kReassignment);
  if (parts[1] == "preferred_replica_election") return of_role(ZnodeRole::kElection);
  return {};
}

KafkaZnode token_znode(const std::vector<std::string_view>& parts) {
  if (parts.size() == 1) return of_role(ZnodeRole::kContainer);
  const bool token = parts[1] == "tokens";
  if ((!token && parts[1] != "token_changes") || parts.size() > 3) return {};
  if (parts.size() == 2) return of_role(ZnodeRole::kContainer);
  return of_role(token ? ZnodeRole::kDelegationToken : ZnodeRole::kNotice, parts[2]);
}

KafkaZnode single_znode(std::string_view name) {
  if (name == "controller") return of_role(ZnodeRole::kController);
  if (name == "controller_epoch") return of_role(ZnodeRole::kControllerEpoch);
  if (name == "latest_producer_id_block") return of_role(ZnodeRole::kProducerIds);
  if (name == "feature") return of_role(ZnodeRole::kFeature);
  if (name == "migration") return of_role(ZnodeRole::kMigration);
  if (name == "cluster") return of_role(ZnodeRole::kContainer);
  return {};
}

}  // namespace

KafkaZnode znode_at(std::string_view path, std::string_view root) {
  const std::optional<std::string_view> relative = below_root(path, root);
  if (!relative) return {};
  if (relative->empty()) return of_role(ZnodeRole::kRoot);
  const std::vector<std::string_view> parts = split(*relative);
  const std::string_view first = parts[0];
  if (first == "brokers") return brokers_znode(parts);
  if (first == "config") return config_znode(parts);
  if (first == "admin") return admin_znode(parts);
  if (first == "delegation_token") return token_znode(parts);
  if (first == "kafka-acl") return acl_znode("literal", {parts.begin() + 1, parts.end()});
  if (first == "kafka-acl-extended") {
    if (parts.size() <= 2) return of_role(ZnodeRole::kContainer);
    return acl_znode(parts[1], {parts.begin() + 2, parts.end()});
  }
  if (first == "consumers") {
    return of_role(parts.size() == 1 ? ZnodeRole::kContainer : ZnodeRole::kLegacyConsumer,
                   relative->substr(std::min(relative->size(), first.size() + 1)));
  }
  if (std::find(kNoticeDirectories.begin(), kNoticeDirectories.end(), first) != kNoticeDirectories.end()) {
    if (parts.size() > 2) return {};
    return parts.size() == 1 ? of_role(ZnodeRole::kContainer) : of_role(ZnodeRole::kNotice, parts[1]);
  }
  if (first == "cluster" && parts.size() == 2 && parts[1] == "id") return of_role(ZnodeRole::kClusterId);
  return parts.size() == 1 ? single_znode(first) : KafkaZnode();
}

bool may_hold_secrets(std::string_view path, std::string_view root) {
  const std::optional<std::string_view> relative = below_root(path, root);
  return relative && (relative->starts_with("config/users/") || relative->starts_with("config/brokers/") ||
                      relative->starts_with("delegation_token/tokens/"));
}

std::string decode_entity(std::string_view sanitised) {
  std::string name;
  for (std::size_t i = 0; i < sanitised.size(); ++i) {
    if (sanitised[i] != '%') {
      name += sanitised[i];
      continue;
    }
    unsigned int byte = 0;
    const char* digits = sanitised.data() + i + 1;
    if (sanitised.size() - i < 3) return std::string(sanitised);
    const auto [end, error] = std::from_chars(digits, digits + 2, byte, 16);
    if (error != std::errc() || end != digits + 2) return std::string(sanitised);
    name += static_cast<char>(byte);
    i += 2;
  }
  return name;
}

}  // namespace arkive::kafka
