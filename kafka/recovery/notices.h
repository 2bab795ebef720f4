/// Notices: what tells running brokers of ZooKeeper mode that a config or an ACL was changed; without one
/// they read it at their next start only.
///
/// Formats (kafka/zk/ZkData.scala and kafka/server/DynamicConfigManager.scala, 1.1 to 3.9): below
/// /config/changes, config_change_N with {"version":2,"entity_path":"topics/orders"}; below
/// /kafka-acl-changes, acl_changes_N with "Topic:orders"; below /kafka-acl-extended-changes, acl_changes_N
/// with
/// {"version":1,"resourceType":"Topic","name":"orders","patternType":"PREFIXED"}. Brokers purge them after 15
/// minutes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace arkive::kafka {

struct Notice {
  std::string path;  ///< of the sequential znode, without its number
  std::string data;
  bool operator==(const Notice&) const = default;
};

/// Of the znode at `path`; nothing where brokers need none.
std::optional<Notice> notice_of(std::string_view path, std::string_view root);

}  // namespace arkive::kafka
